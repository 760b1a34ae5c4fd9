using PaxosShard.Client;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>The executed log of one replica, as <c>export</c> writes it.</summary>
internal sealed class ExportedLog
{
    private readonly Lazy<IReadOnlyList<ExportedMessage>> _messages;

    private ExportedLog(string text, Func<IReadOnlyList<ExportedMessage>> messages)
    {
        Text = text;
        _messages = new Lazy<IReadOnlyList<ExportedMessage>>(messages);
    }

    /// <summary>All of it, to be compared.</summary>
    public string Text { get; }

    /// <summary>Its messages, in order; read when somebody asks, because of logs with equal texts one is enough.</summary>
    public IReadOnlyList<ExportedMessage> Messages => _messages.Value;

    /// <summary>Exports the log of a replica that does not run.</summary>
    public static async Task<ExportedLog> OfAsync(string dataDirectory, CancellationToken cancellation) =>
        Read(await Command.ReplicaAsync(cancellation, "export", "--data", dataDirectory));

    /// <summary>Reads what the command for it printed.</summary>
    public static ExportedLog Read(CommandResult export)
    {
        string text = export.Succeeded().Output;
        return new ExportedLog(text, () => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)]);
    }

    /// <summary>All messages of a room as a client reads them; nothing tells their slots, which are all 1.</summary>
    public static async Task<ExportedLog> OfRoomAsync(ChatLogClient client, string room, CancellationToken cancellation)
    {
        List<ExportedMessage> messages = [];
        HistoryResult part;
        do
        {
            part = await client.ReadHistoryAsync(room, messages.Count + 1, 1000, cancellation);
            messages.AddRange(part.Messages.Select(message => new ExportedMessage(1, room, message.Number, message.Author, message.Text)));
        }
        while (messages.Count < part.Last);
        return new ExportedLog("", () => messages);
    }

    /// <summary>The log as it would be without a room; its text stays as it is.</summary>
    public ExportedLog WithoutRoom(string room) =>
        new(Text, () => [.. Messages.Where(message => !message.Room.Equals(room, StringComparison.Ordinal))]);

    private static ExportedMessage Parse(string line)
    {
        string[] fields = line.Split('\t');
        return fields.Length == 5
            ? new ExportedMessage(long.Parse(fields[0]), Unescape(fields[1]), long.Parse(fields[2]), Unescape(fields[3]), Unescape(fields[4]))
            : throw new FormatException($"a line of an exported log has {fields.Length} fields, not 5: {line}");
    }

    private static string Unescape(string field) => System.Text.RegularExpressions.Regex.Unescape(field);
}

/// <summary>A message in an exported log.</summary>
/// <param name="Slot">The slot it was decided in.</param>
/// <param name="Room">Its room.</param>
/// <param name="Number">Its number in the room.</param>
/// <param name="Author">Who said it.</param>
/// <param name="Text">What was said.</param>
internal sealed record ExportedMessage(long Slot, string Room, long Number, string Author, string Text);
