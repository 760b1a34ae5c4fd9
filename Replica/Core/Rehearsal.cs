using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core;

/// <summary>
/// A group in memory that elects a primary, decides and executes commands, takes a snapshot, loses its primary and elects another one. A process whose code is compiled while it runs does this once, beside reading what its disk has: a method is compiled when it is called
/// for the first time, and otherwise that would be in the election that follows a failure, or in a step for which clients wait. Nothing of it leaves, and nothing of it is kept.
/// </summary>
public sealed class Rehearsal
{
    // A longer one than any that comes to its end.
    private const int MostTicks = 1000;
    private const int Replicas = 3;
    private const int TickMilliseconds = 5;
    private const long Begin = 1_000_000;
    private const long Life = 60_000;

    private static readonly ClientHandle _client = new(1);
    private static readonly SessionId _session = new(1);

    private readonly Member[] _members;
    private long _now = Begin;
    private long _requests;
    private ClientReply _lastReply;

    private Rehearsal(Func<IStateMachine> machine) =>
        _members = [.. Enumerable.Range(0, Replicas).Select(index => new Member(new ReplicaId(index), machine()))];

    /// <summary>Holds one.</summary>
    /// <param name="machine">Makes a machine that nobody else uses, empty.</param>
    /// <param name="script">Gives commands for it, each after the answer to the one before, which it can ask for; what the machine does not know it refuses. Called twice.</param>
    /// <returns>It came to its end.</returns>
    public static bool Run(Func<IStateMachine> machine, Func<Func<ClientReply>, IEnumerable<ReadOnlyMemory<byte>>> script)
    {
        Rehearsal rehearsal = new(machine);
        rehearsal.Connect();
        return rehearsal.RunUntil(rehearsal.HasPrimary)
            && rehearsal.Execute(script)
            && rehearsal.RunUntil(() => Array.TrueForAll(rehearsal._members, static member => member.Core.Snapshot != SnapshotMark.None))
            && rehearsal.LosePrimary()
            && rehearsal.Execute(script);
    }

    private static GroupOptions OptionsOf(ReplicaId self) => new()
    {
        ReplicaCount = Replicas,
        Self = self,
        TickMilliseconds = TickMilliseconds,
        SnapshotBytes = 1, // The first entry is enough for one.
    };

    private bool HasPrimary() => FindPrimary() is not null;

    private Member? FindPrimary() => Array.Find(_members, static member => member is { IsThere: true, Core.IsServing: true });

    private void Connect()
    {
        foreach (Member member in _members)
            member.Arrived.AddRange(_members.Where(other => other != member).Select(static other => Input.PeerConnected(other.Id)));
    }

    private bool Execute(Func<Func<ClientReply>, IEnumerable<ReadOnlyMemory<byte>>> script)
    {
        foreach (ReadOnlyMemory<byte> command in script(() => _lastReply))
        {
            Member primary = FindPrimary()!;
            SequenceNumber number = new(++_requests);
            bool isWrite = primary.Core.Machine.Classify(command.Span) == CommandClass.Write;
            ClientRequest request = new(isWrite ? _session : SessionId.None, number, SequenceNumber.None, SequenceNumber.None, command) { Expiry = isWrite ? Begin + Life : 0 };
            primary.Arrived.Add(Input.FromClient(_client, in request));
            if (!RunUntil(() => _lastReply.Sequence == number))
                return false;
        }

        return true;
    }

    private bool LosePrimary()
    {
        Member lost = FindPrimary()!;
        lost.IsThere = false;
        foreach (Member member in _members.Where(member => member != lost))
            member.Arrived.Add(Input.PeerDisconnected(lost.Id));
        return RunUntil(HasPrimary);
    }

    private bool RunUntil(Func<bool> isDone)
    {
        for (int tick = 0; tick < MostTicks && !isDone(); tick++)
        {
            _now += TickMilliseconds;
            foreach (Member member in _members.Where(static member => member.IsThere))
                Take(member, member.Core.Tick(new Instant(_now, _now)));
            while (Array.Find(_members, static member => member.IsThere && member.Arrived.Count > 0) is { } next)
            {
                Input[] arrived = [.. next.Arrived];
                next.Arrived.Clear();
                Take(next, next.Core.Step(arrived, new Instant(_now, _now)));
            }
        }

        return isDone();
    }

    // Disks and wires that take no time.
    private void Take(Member member, Effects effects)
    {
        foreach (Outgoing outgoing in effects.MessagesNow.Concat(effects.MessagesAfterSync))
            _members[outgoing.To.Index].Arrived.Add(Input.FromPeer(member.Id, outgoing.Message));
        if (effects.Records.Count > 0)
            member.Arrived.Add(Input.Synced(effects.RecordsThrough));
        foreach (PieceToWrite piece in effects.PiecesToWrite)
        {
            member.Arrived.Add(Input.PiecesWritten(piece.Slot, piece.Number + 1, piece.Bytes));
            if (piece.Mark is { } mark)
                member.Arrived.Add(Input.SnapshotDurable(mark));
        }

        if (effects.Replies is [.., var last])
            _lastReply = last.Message;
    }

    private sealed class Member(ReplicaId id, IStateMachine machine)
    {
        public ReplicaId Id => id;

        public ReplicaCore Core { get; } = new(OptionsOf(id), RecoveredState.Fresh, machine);

        public List<Input> Arrived { get; } = [];

        public bool IsThere { get; set; } = true;
    }
}
