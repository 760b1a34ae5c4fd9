using System.Text;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Verbs.Keys.Batches;

/// <summary>Reads the operations of a batch. Words end at blanks; the last word of put and append is the rest of the line. Empty lines, and those that begin with #, are left out.</summary>
internal static class BatchFile
{
    /// <summary>Most operations.</summary>
    public const int Most = 10_000;

    /// <summary>Reads a file, or standard input.</summary>
    /// <exception cref="ReportedException">A line is none, or breaks a rule; nothing was done.</exception>
    public static async Task<IReadOnlyList<BatchLine>> ReadAsync(string file, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> bytes = string.Equals(file, "-", StringComparison.Ordinal) ? await ValueReader.ReadInputAsync(cancellation) : await ValueReader.ReadFileAsync(file, cancellation);
        return Parse(Encoding.UTF8.GetString(bytes.Span));
    }

    /// <summary>Reads operations.</summary>
    /// <exception cref="ReportedException">As above.</exception>
    internal static IReadOnlyList<BatchLine> Parse(string text)
    {
        List<BatchLine> lines = [];
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            string trimmed = line.Trim();
            if (trimmed.Length > 0 && trimmed[0] != '#')
                lines.Add(ParseLine(number, trimmed));
        }

        return lines.Count is > 0 and <= Most ? lines : throw new ReportedException(ErrorKinds.Usage, $"a batch has 1 to {Most} operations");
    }

    private static BatchLine ParseLine(int number, string line)
    {
        string verb = line.Split(' ', 2)[0];
        int words = verb is "put" or "append" ? 3 : verb is "cas" ? 4 : 2;
        string[] parts = line.Split(' ', words, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        KeyCommand? command = parts.Length == words ? CommandOf(verb, parts) : null;
        if (command is not { } known)
            throw new ReportedException(ErrorKinds.Usage, $"line {number} is no operation: put KEY VALUE, get KEY, append KEY VALUE, cas KEY EXPECTED VALUE or delete KEY");
        return KeyRules.Violation(known) is { } violation ? throw new ReportedException(ErrorKinds.Usage, $"line {number}: {violation}") : new BatchLine(number, verb, known);
    }

    private static KeyCommand? CommandOf(string verb, string[] parts)
    {
        byte[][] bytes = [.. parts.Select(Encoding.UTF8.GetBytes)];
        return verb switch
        {
            "put" => KeyCommand.Put(bytes[1], bytes[2]),
            "append" => KeyCommand.Append(bytes[1], bytes[2]),
            "cas" => KeyCommand.CompareAndSet(bytes[1], bytes[2], bytes[3]),
            "get" => KeyCommand.Get(bytes[1]),
            "delete" => KeyCommand.Delete(bytes[1]),
            _ => null,
        };
    }
}
