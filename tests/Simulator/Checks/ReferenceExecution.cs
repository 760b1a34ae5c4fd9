using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// The decided log executed once more, from its beginning and in one go. All replicas must come to the same state (S13), so
/// what it says of single commands is what every replica did with them: which of them ran, and which were refused. What commands do is written
/// down anew, see <see cref="ReferenceMachine"/>; the sessions are the product's.
/// </summary>
/// <param name="options">The bounds, as the replicas have them.</param>
/// <param name="kind">What the replicas run. What a shard without masters does is written down anew; of another kind it is the product's.</param>
public sealed class ReferenceExecution(GroupOptions options, MachineKind kind)
{
    private readonly List<ClientReply> _replies = [];
    private readonly List<SentMessage> _sent = [];
    private readonly List<bool> _ran = [];
    private readonly HashSet<(SessionId Session, long Sequence)> _replacements = [];
    private ReferenceMachine? _machine;
    private ReplicatedState? _state;

    /// <summary>The last slot that was executed.</summary>
    public Slot Executed => State.Executed;

    /// <summary>The state hash after it.</summary>
    public ulong Hash => State.Hash;

    /// <summary>The log time after it.</summary>
    public long LogTime => State.LogTime;

    /// <summary>The member list after it.</summary>
    public Members Members => State.Members;

    /// <summary>What became of the commands of the last slot, in their order; nothing when its entry was dead (rule 3).</summary>
    public IReadOnlyList<ClientReply> Replies => _replies;

    /// <summary>Which commands of the last slot the machine has run, in their order: what is answered from a stored result has not run.</summary>
    public IReadOnlyList<bool> Ran => _ran;

    /// <summary>What the last slot sent.</summary>
    public IReadOnlyList<SentMessage> Sent => _sent;

    /// <summary>What the decided commands have made, written down anew. Only where that is a shard without masters.</summary>
    public ReferenceMachine Machine => _machine ??= new ReferenceMachine(kind.StateBytes, kind.Retention, _sent.Add);

    /// <summary>What the log has built.</summary>
    public ReplicatedState State => _state ??= new ReplicatedState(options.Sessions, options.SessionWindow, kind.Other?.Invoke() ?? Machine) { ReplicaCount = options.ReplicaCount };

    /// <summary>Executes the next slot.</summary>
    public void Execute(Slot slot, Entry entry)
    {
        _replies.Clear();
        _sent.Clear();
        _machine?.Applied.Clear();
        State.Execute(slot, entry, _replies);
        if (_machine is not null)
            NoteWhatRan(entry);
    }

    // The machine gets slices of the entry, so that equal bytes of two commands are told apart.
    private void NoteWhatRan(Entry entry)
    {
        _ran.Clear();
        int next = 0;
        foreach (EntryCommand command in entry.Commands)
        {
            if (ReplaceMemberCommand.Is(command.Command.Span))
            {
                _ran.Add(HasReplaced(command, _ran.Count));
                continue;
            }

            bool hasRun = next < Machine.Applied.Count && Machine.Applied[next].Equals(command.Command);
            _ran.Add(hasRun);
            if (hasRun)
                next++;
        }
    }

    // The engine, not the machine, runs replacements of members: one has run when it gets a result for the first time.
    private bool HasReplaced(in EntryCommand command, int index) =>
        index < _replies.Count
        && _replies[index].Status is ReplyStatus.Ok or ReplyStatus.Rejected
        && _replacements.Add((command.Session, command.Sequence.Number));
}
