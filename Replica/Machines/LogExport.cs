using System.Buffers;
using System.Text;
using CommunityToolkit.HighPerformance.Buffers;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Machines;

/// <summary>
/// Prints the executed log as text, one message a line: slot, room, number, author, text, separated by tabs; so that the
/// logs of two replicas can be compared by <c>diff</c>. Only decided slots are executed, in order; a request that is in the
/// log twice is printed once, as it was executed. What is in the snapshot only was executed too, and is not printed: nothing tells its slots any more.
/// </summary>
public static class LogExport
{
    private const int FlushBytes = 64 * 1024;

    /// <summary>Executes the decided slots and prints the messages they sent.</summary>
    /// <param name="recovered">What the disk remembers.</param>
    /// <param name="options">The group the log belongs to: its bounds are part of what execution means.</param>
    /// <param name="machine">Makes the machine of the group, with the bounds that it has there; told of each message.</param>
    /// <param name="output">Receives UTF-8, piece by piece; lines end with a line feed.</param>
    public static void Write(
        RecoveredState recovered, GroupOptions options, Func<Action<SentMessage>?, ShardMachine> machine, Action<ReadOnlyMemory<byte>> output)
    {
        Slot slot = recovered.Snapshot.Slot;
        using ArrayPoolBufferWriter<byte> lines = new(2 * FlushBytes);
        ReplicatedState state = StateImport.Restore(options, recovered, machine(sent => AppendLine(lines, slot, sent)));
        List<ClientReply> replies = [];
        foreach (DecidedEntry decided in recovered.Known)
        {
            if (decided.Slot > recovered.Decided)
                break;
            replies.Clear();
            slot = decided.Slot;
            state.Execute(slot, decided.Entry, replies);
            if (lines.WrittenCount >= FlushBytes)
                Flush(lines, output);
        }

        Flush(lines, output);
    }

    private static void AppendLine(ArrayPoolBufferWriter<byte> line, Slot slot, SentMessage sent)
    {
        Encoding.UTF8.GetBytes($"{slot.Number}\t", line);
        TextEscaping.Append(line, Encoding.UTF8.GetBytes(sent.Room));
        Encoding.UTF8.GetBytes($"\t{sent.Number}\t", line);
        TextEscaping.Append(line, sent.Author.Span);
        line.Write("\t"u8);
        TextEscaping.Append(line, sent.Text.Span);
        line.Write("\n"u8);
    }

    private static void Flush(ArrayPoolBufferWriter<byte> lines, Action<ReadOnlyMemory<byte>> output)
    {
        output(lines.WrittenMemory);
        lines.Clear();
    }
}
