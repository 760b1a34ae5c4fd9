using System.CommandLine;
using System.Text;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Client;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Verbs.Keys;

/// <summary><c>px kv list</c>: the keys of a group, all of them or a part.</summary>
internal static class ListCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Option<string> prefix = new("--prefix") { Description = "Only keys that begin with this", DefaultValueFactory = _ => "", HelpName = "P" };
        Option<string> after = new("--after") { Description = "Only keys behind this one, in the order of the bytes", DefaultValueFactory = _ => "", HelpName = "KEY" };
        Option<long?> count = new("--count") { Description = "Most keys (default: all)", HelpName = "N" };
        Option<bool> json = KeyVerb.NewFlag("--json", "One JSON object a line: the key as text when it is UTF-8, else as hexadecimal (keyHex)");
        Option<bool> hex = KeyVerb.NewHexOption();
        Command command = new("list", "List the keys in the order of their bytes: key and length of its value, with a tab between.\nExample: px kv list --prefix user/ --count 100")
        {
            prefix, after, count, json, hex,
        };
        TargetOptions target = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            bool isHex = parsed.GetValue(hex);
            ListRequest request = new(
                Bytes(parsed.GetRequiredValue(prefix), isHex, "--prefix"),
                Bytes(parsed.GetRequiredValue(after), isHex, "--after"),
                parsed.GetValue(count) ?? long.MaxValue,
                parsed.GetValue(json),
                isHex);
            if (request.Count < 1)
                throw new ReportedException(ErrorKinds.Usage, "--count is 1 or more");
            await using ChatLogClient client = await ChatLogClient.ConnectAsync(target.ClientOptions(parsed, shell), cancellation);
            await WriteAsync(client.Keys, shell, request, cancellation);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>How the list goes on behind a key.</summary>
    internal static string GoOn(ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte> last, bool isHex)
    {
        bool asHex = isHex || !IsPlain(prefix.Span) || !IsPlain(last.Span);
        string begin = asHex ? "px kv list --hex" : "px kv list";
        string only = prefix.IsEmpty ? "" : $" --prefix {Word(prefix.Span, asHex)}";
        return $"{begin}{only} --after {Word(last.Span, asHex)}";
    }

    private static ReadOnlyMemory<byte> Bytes(string word, bool isHex, string option)
    {
        ReadOnlyMemory<byte> bytes = KeyText.Parse(word, isHex, option);
        return bytes.Length <= Limits.KeyName ? bytes : throw new ReportedException(ErrorKinds.Usage, $"{option}: {KeyRules.KeyTooLong}");
    }

    private static async Task WriteAsync(KeyClient keys, Shell shell, ListRequest request, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> after = request.After;
        long wanted = request.Count;
        ListKeysResult page;
        do
        {
            page = await keys.ListAsync(request.Prefix, after, (int)Math.Min(wanted, int.MaxValue), cancellation);
            foreach (KeySummary key in page.Keys)
                shell.Data(Line(key, request));
            wanted -= page.Keys.Count;
            after = page.Keys.Count > 0 ? page.Keys[^1].Key : after;
        }
        while (page is { HasMore: true, Keys.Count: > 0 } && wanted > 0 && shell.HasReader);
        if (after.IsEmpty) // No key is empty: there was none.
            shell.Note(request.Prefix.IsEmpty ? "there is no key yet" : "no key begins with this");
        else if (page.HasMore && shell.HasReader)
            shell.Note($"there are more keys; {GoOn(request.Prefix, after, request.IsHex)} goes on");
    }

    private static string Line(KeySummary key, ListRequest request) => request.IsJson
        ? Json.ObjectLine(writer =>
        {
            KeyText.WriteJson(writer, "key", key.Key.Span, request.IsHex);
            writer.WriteNumber("length", key.ValueLength);
        })
        : $"{KeyText.Line(key.Key.Span, request.IsHex)}\t{key.ValueLength}";

    // What is escaped is longer than it was, and a shell would end a word at a quotation mark.
    private static bool IsPlain(ReadOnlySpan<byte> bytes) =>
        Encoding.UTF8.GetByteCount(TextEscaping.Escape(bytes)) == bytes.Length && !bytes.Contains((byte)'\'');

    private static string Word(ReadOnlySpan<byte> bytes, bool isHex) => isHex ? Convert.ToHexStringLower(bytes) : $"'{Encoding.UTF8.GetString(bytes)}'";

    private sealed record ListRequest(ReadOnlyMemory<byte> Prefix, ReadOnlyMemory<byte> After, long Count, bool IsJson, bool IsHex);
}
