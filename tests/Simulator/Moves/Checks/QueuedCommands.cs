using PaxosShard.Replica.Core.Execution;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Checks;

/// <summary>
/// What an entry has led to, in the order in which it did: its own commands, and those of earlier ones, of whatever group, that have waited for their effect.
/// </summary>
internal sealed class QueuedCommands
{
    private readonly Dictionary<(SessionId Session, SequenceNumber Sequence), EntryCommand> _waiting = [];

    /// <summary>The commands that an entry has led to.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="replies">What became of its commands; none when it was dead (rule 3).</param>
    /// <param name="drained">What ran in its slot out of queues, in the order in which it did.</param>
    public List<ExecutedCommand> InOrder(Entry entry, IReadOnlyList<ClientReply> replies, IReadOnlyList<ClientReply> drained)
    {
        List<ExecutedCommand> executed = [];
        Queue<ClientReply> left = new(drained);

        // What was there before the entry has run before anything of the entry on its name: that would have joined the queue.
        Drain(left, executed);
        int index = 0;
        foreach (EntryCommand command in entry.Commands)
        {
            if (index >= replies.Count)
                break;
            ClientReply reply = replies[index++];
            executed.Add(new ExecutedCommand(command, reply, IsDrained: false));
            if (reply.Status == ReplicatedState.Queued && !CancelOperationCommand.Is(command.Command.Span))
                _waiting[(command.Session, command.Sequence)] = command;
            Drain(left, executed);
        }

        return executed;
    }

    private void Drain(Queue<ClientReply> left, List<ExecutedCommand> executed)
    {
        while (left.TryPeek(out ClientReply next) && _waiting.Remove((next.Session, next.Sequence), out EntryCommand command))
            executed.Add(new ExecutedCommand(command, left.Dequeue(), IsDrained: true));
    }
}

/// <summary>A command was executed, or has run out of its queue.</summary>
/// <param name="Command">The command.</param>
/// <param name="Reply">What became of it.</param>
/// <param name="IsDrained">It ran out of its queue.</param>
internal readonly record struct ExecutedCommand(EntryCommand Command, ClientReply Reply, bool IsDrained);
