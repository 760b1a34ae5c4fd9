using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Core.Snapshots;

/// <summary>
/// Takes the pieces of a <see cref="StateExport"/> in their order into a state that has executed nothing. Nothing is believed: what does not fit is refused. Total: bytes
/// that are no piece are refused, whatever they are. After a refusal nothing more is taken, and what was taken is of no use.
/// </summary>
/// <remarks>
/// What it takes of memory is bounded by the pieces and by the options of the group. In a group to which arcs move it is the head of the export that says how much the sessions take: what came with
/// arcs was taken although there was no room.
/// </remarks>
public sealed class StateImport
{
    private readonly PieceSequence _pieces = new("snapshot");
    private StateHead _head;
    private SessionImport? _sessions;
    private IMachineImport? _machine;
    private Members _members = Members.Founders;
    private ulong _checksum;
    private bool _hasMachine;

    /// <summary>Begins it.</summary>
    /// <param name="options">The bounds of the group.</param>
    /// <param name="machine">A machine that has run nothing.</param>
    public StateImport(GroupOptions options, IStateMachine machine) => State = new ReplicatedState(options.Sessions, options.SessionWindow, machine) { ReplicaCount = options.ReplicaCount };

    /// <summary>The last piece has been taken, and everything is as the export says.</summary>
    public bool IsComplete => _pieces.IsComplete;

    /// <summary>It was refused because the state was executed by other rules than those of this group now.</summary>
    public bool IsOfOtherRules { get; private set; }

    /// <summary>What the pieces have built; of use once all have been taken.</summary>
    public ReplicatedState State { get; }

    /// <summary>The state that a replica begins with: that of its snapshot, or one that has executed nothing when there is none.</summary>
    /// <param name="options">The bounds of the group.</param>
    /// <param name="recovered">What the disk remembers.</param>
    /// <param name="machine">A machine that has run nothing.</param>
    /// <exception cref="OtherRulesException">The snapshot was made under other rules.</exception>
    /// <exception cref="WireFormatException">The pieces are not those of a snapshot.</exception>
    public static ReplicatedState Restore(GroupOptions options, RecoveredState recovered, IStateMachine machine)
    {
        StateImport import = new(options, machine);
        try
        {
            foreach (ReadOnlyMemory<byte> piece in recovered.SnapshotPieces)
                import.Add(piece.Span);
        }
        catch (WireFormatException) when (import.IsOfOtherRules)
        {
            throw new OtherRulesException($"the snapshot of slot {recovered.Snapshot.Slot.Number}");
        }

        if (import is { _pieces.Taken: > 0, IsComplete: false })
            throw new WireFormatException($"the snapshot ends behind {import._pieces.Taken} pieces, before its end");
        Invariant.Holds(import.State.Executed == recovered.Snapshot.Slot, "a snapshot is of the slot that it is named by");
        return import.State;
    }

    /// <summary>Takes the next piece.</summary>
    /// <param name="piece">A whole piece; nothing of it is kept.</param>
    /// <returns>True: it was the last one, and the state is that of the export's slot.</returns>
    /// <exception cref="WireFormatException">It is no piece, or not the next one, or what it says is not so; the message says where.</exception>
    public bool Add(ReadOnlySpan<byte> piece) => _pieces.Add(piece, Take);

    private bool Take(scoped ReadOnlySpan<byte> piece)
    {
        if (piece.Length < StateFormat.PieceHeaderSize + StateFormat.ChecksumSize)
            throw new WireFormatException($"it has {piece.Length} bytes, fewer than any");
        ReadOnlySpan<byte> content = piece[..^StateFormat.ChecksumSize];
        WireReader reader = new(content);
        StatePieceKind kind = (StatePieceKind)_pieces.ReadHeader(ref reader);
        Check(content, piece[content.Length..]);
        switch (kind)
        {
            case StatePieceKind.Head when _sessions is null:
                TakeHead(ref reader);
                return false;
            case StatePieceKind.Sessions when _sessions is not null:
                TakeSessions(ref reader, content.Length);
                return false;
            case StatePieceKind.Queues when _sessions is { IsComplete: true } && !_hasMachine:
                TakeQueued(ref reader);
                return false;
            case StatePieceKind.Members when _pieces.Taken == 1:
                _members = Members.Read(ref reader);
                reader.RequireEnd();
                return false;
            case StatePieceKind.Machine when _sessions is not null:
                return TakeMachine(content[StateFormat.PieceHeaderSize..]);
            default:
                throw new WireFormatException($"a piece of kind {(byte)kind} cannot stand here");
        }
    }

    private void Check(ReadOnlySpan<byte> content, ReadOnlySpan<byte> checksum)
    {
        _checksum = StableHash64.Of(content, _checksum);
        WireReader reader = new(checksum);
        ulong expected = reader.ReadUInt64();
        if (expected != _checksum)
            throw new WireFormatException($"it has the checksum {_checksum:x16}, not {expected:x16}: it was damaged, or does not stand behind the ones before it");
    }

    private void TakeHead(ref WireReader reader)
    {
        _head = StateHead.Read(ref reader);
        reader.RequireEnd();
        ulong rules = State.RulesHash;
        IsOfOtherRules = _head.Rules != rules;
        if (IsOfOtherRules)
            throw new WireFormatException($"it was made under other rules ({_head.Rules:x16}) than those of this group ({rules:x16})");
        _sessions = State.Sessions.BeginImport(new ExportedSessions(_head.Sessions, _head.SessionBytes, _head.Slot, _head.LogTime), State.Machine.MergesSessions);
        _machine = State.Machine.BeginImport();
    }

    private void TakeSessions(ref WireReader reader, int length)
    {
        do
            _sessions!.Take(ref reader, length);
        while (reader.Remaining > 0);
    }

    private void TakeQueued(ref WireReader reader)
    {
        do
        {
            QueuedOperation operation = QueuedOperation.Read(ref reader);
            if (!State.MayRestore(operation))
                throw new WireFormatException($"the queued operation {operation.Sequence} of {operation.Session} cannot be one of this state");
            State.Restore(operation);
        }
        while (reader.Remaining > 0);
        bool isTooMuch = State.Queues.Count > KeyQueues.Most || State.Queues.Bytes > KeyQueues.MostBytes;
        if (isTooMuch && !State.Machine.MergesSessions)
            throw new WireFormatException($"there are {State.Queues.Count} queued operations with {State.Queues.Bytes} bytes, more than any group has of its own");
    }

    private bool TakeMachine(ReadOnlySpan<byte> piece)
    {
        _hasMachine = true;
        if (!_sessions!.IsComplete)
            throw new WireFormatException($"there are {State.Sessions.Count} sessions with {State.Sessions.Bytes} bytes before it, not {_head.Sessions} with {_head.SessionBytes}");
        bool isLast = _machine!.Add(piece);
        if (isLast)
            State.Restore(_head.Slot, _head.Hash, _head.LogTime, _head.HighestFirstView, _members);
        return isLast;
    }
}
