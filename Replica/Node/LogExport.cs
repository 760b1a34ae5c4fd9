using System.Buffers;
using System.Text;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Machines;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Node;

/// <summary>
/// Prints the executed log as text, one message a line: slot, room, number, author, text, separated by tabs; so that the
/// logs of two replicas can be compared by <c>diff</c>. Only decided slots are executed, in order; a request that is in the
/// log twice is printed once, as it was executed.
/// </summary>
public static class LogExport
{
    private const int FlushBytes = 64 * 1024;

    /// <summary>Executes the decided slots and prints the messages they posted.</summary>
    /// <param name="recovered">What the disk remembers.</param>
    /// <param name="options">The group the log belongs to: its bounds are part of what execution means.</param>
    /// <param name="output">Receives UTF-8; lines end with a line feed.</param>
    public static void Write(RecoveredState recovered, GroupOptions options, Stream output)
    {
        ReplicatedState state = new(options.Sessions, options.SessionWindow, options.Rooms);
        List<ClientReply> replies = [];
        ArrayBufferWriter<byte> lines = new();
        foreach (AcceptedEntry accepted in recovered.Entries)
        {
            if (accepted.Slot > recovered.Decided)
                break;
            replies.Clear();
            state.Execute(accepted.Slot, accepted.Entry, replies);
            foreach (PostedMessage posted in state.LastPosted)
                AppendLine(lines, accepted.Slot, posted);
            if (lines.WrittenCount >= FlushBytes)
                Flush(lines, output);
        }

        Flush(lines, output);
    }

    /// <summary>Appends a text in which tab, line feed, carriage return and backslash are written as <c>\t \n \r \\</c>.</summary>
    internal static void AppendEscaped(IBufferWriter<byte> line, ReadOnlySpan<byte> text)
    {
        while (true)
        {
            int special = text.IndexOfAny("\t\n\r\\"u8);
            if (special < 0)
                break;
            line.Write(text[..special]);
            line.Write(text[special] switch
            {
                (byte)'\t' => @"\t"u8,
                (byte)'\n' => @"\n"u8,
                (byte)'\r' => @"\r"u8,
                _ => @"\\"u8,
            });
            text = text[(special + 1)..];
        }

        line.Write(text);
    }

    private static void AppendLine(ArrayBufferWriter<byte> line, Slot slot, PostedMessage posted)
    {
        line.Write(Encoding.UTF8.GetBytes($"{slot.Number}\t"));
        AppendEscaped(line, Encoding.UTF8.GetBytes(posted.Room));
        line.Write(Encoding.UTF8.GetBytes($"\t{posted.Number}\t"));
        AppendEscaped(line, posted.Author.Span);
        line.Write("\t"u8);
        AppendEscaped(line, posted.Text.Span);
        line.Write("\n"u8);
    }

    private static void Flush(ArrayBufferWriter<byte> lines, Stream output)
    {
        output.Write(lines.WrittenSpan);
        lines.ResetWrittenCount();
    }
}
