using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Queues;
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
    /// <param name="state">What was executed by then: it says what ran in the slot out of queues, in the order in which it did, and what went.</param>
    public List<ExecutedCommand> InOrder(Entry entry, IReadOnlyList<ClientReply> replies, ReplicatedState state)
    {
        List<ExecutedCommand> executed = [];
        Queue<ClientReply> left = new(state.Drained);

        // What went may be placed again, in this very entry too: that runs in another place than the first one would have.
        foreach (QueuedOperation gone in state.Voided)
            _waiting.Remove((gone.Session, new SequenceNumber(gone.Sequence)));

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

        // Nor does what this entry has placed and taken out again run at that place.
        foreach (QueuedOperation gone in state.Voided.Where(gone => state.Queues.Find(gone.Session, gone.Sequence) is null))
            _waiting.Remove((gone.Session, new SequenceNumber(gone.Sequence)));
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
