using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Replica.Machines.Moves;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Machines.Exports;

/// <summary>Takes the moves of an export into a machine that has run nothing. Nothing is believed: what no execution of a log could have made is refused.</summary>
/// <param name="moves">Gets the moves.</param>
/// <param name="served">Hears of arcs that have still to come.</param>
/// <param name="contents">Hears of arcs that are not served.</param>
internal sealed class MovesImport(MoveList moves, ServedArcs served, ArcContents contents)
{
    private bool _hasBegun;
    private IncomingMove? _incoming;
    private OutgoingMove? _outgoing;
    private List<MovedRecord> _results = [];
    private List<QueuedOperation> _queued = [];

    /// <summary>Takes the next record.</summary>
    /// <param name="reader">Stands before it.</param>
    /// <returns>False: the piece is over.</returns>
    /// <exception cref="WireFormatException">There is none, or it cannot be.</exception>
    public bool TryTake(ref WireReader reader)
    {
        MovesRecordKind kind = (MovesRecordKind)reader.ReadByte();
        switch (kind)
        {
            case MovesRecordKind.End:
                return false;
            case MovesRecordKind.List when !_hasBegun:
                moves.Restore(reader.ReadNumber(), reader.ReadNumber());
                _hasBegun = true;
                return true;
            case MovesRecordKind.Incoming when _hasBegun && _outgoing is null:
                TakeIncoming(ref reader);
                return true;
            case MovesRecordKind.Outgoing when _hasBegun:
                TakeOutgoing(ref reader);
                return true;
            case MovesRecordKind.Change when _outgoing?.Changes is { } changes && _results.Count + _queued.Count == 0:
                TakeChange(ref reader, changes);
                return true;
            case MovesRecordKind.Result when (_incoming is not null || _outgoing is not null) && (_incoming?.Queued ?? _queued).Count == 0:
                TakeResult(ref reader);
                return true;
            case MovesRecordKind.Queued when _incoming is not null || _outgoing is not null:
                TakeQueued(ref reader);
                return true;
            default:
                throw new WireFormatException($"a record of kind {(byte)kind} cannot stand among the moves there");
        }
    }

    private static void Require(bool holds)
    {
        if (!holds)
            throw new WireFormatException("a move cannot be as the export says");
    }

    private static (IReadOnlyList<string> Addresses, ArcSet Arcs) ReadParties(ref WireReader reader)
    {
        string[] addresses = new string[reader.ReadByte()];
        Require(addresses.Length <= Limits.Replicas);
        for (int place = 0; place < addresses.Length; place++)
            addresses[place] = reader.ReadString(Limits.Address);
        int[] arcs = new int[reader.ReadUInt16()];
        Require(arcs.Length is >= 1 and <= Arc.Count);
        for (int index = 0; index < arcs.Length; index++)
        {
            arcs[index] = reader.ReadUInt16();
            Require(arcs[index] < Arc.Count && (index == 0 || arcs[index] > arcs[index - 1]));
        }

        return (addresses, new ArcSet(arcs));
    }

    private void TakeIncoming(ref WireReader reader)
    {
        long job = reader.ReadNumber();
        GroupId source = new(reader.ReadUInt16());
        CopyState state = (CopyState)reader.ReadByte();
        bool isEnded = reader.ReadBoolean();
        long pieces = reader.ReadNumber();
        long bytes = reader.ReadNumber();
        byte[] cursor = reader.ReadSpan(MoveLimits.Cursor).ToArray();
        (IReadOnlyList<string> addresses, ArcSet arcs) = ReadParties(ref reader);
        Require(Enum.IsDefined(state) && job <= moves.LastJob && (!isEnded || state == CopyState.Discarding) && moves.FindIncoming(job, source) is null);
        _incoming = new IncomingMove(job, source, arcs) { Addresses = addresses, State = state, IsEnded = isEnded, Pieces = pieces, Bytes = bytes, Cursor = cursor };
        moves.Restore(_incoming);
        contents.Close(arcs);
        served.Await(arcs);
    }

    private void TakeOutgoing(ref WireReader reader)
    {
        long job = reader.ReadNumber();
        GroupId destination = new(reader.ReadUInt16());
        GiveState state = (GiveState)reader.ReadByte();
        ChangedNames? changes = reader.ReadBoolean() ? new ChangedNames() : null;
        long startLogTime = reader.ReadTime();
        (IReadOnlyList<string> addresses, ArcSet arcs) = ReadParties(ref reader);
        Require(Enum.IsDefined(state) && job <= moves.LastJob && (changes is not null || state != GiveState.Copying) && moves.FindOutgoing(job, destination) is null);
        _incoming = null;
        _results = [];
        _queued = [];
        _outgoing = new OutgoingMove(job, destination, arcs) { Addresses = addresses, State = state, Changes = changes, StartLogTime = startLogTime, Results = _results, Queued = _queued };
        moves.Restore(_outgoing);
        if (_outgoing.IsFrozen)
            contents.Close(arcs);
    }

    private void TakeChange(ref WireReader reader, ChangedNames changes)
    {
        ChangedName change = new(reader.ReadNumber(), reader.ReadBoolean(), reader.ReadSpan(Math.Max(Limits.RoomName, Limits.KeyName)).ToArray());
        Require(change.Number > changes.Last && _outgoing!.Arcs.Contains(Arc.Of(change.Name)));
        changes.Restore(in change);
    }

    private void TakeResult(ref WireReader reader)
    {
        MovedRecord record = MovedRecord.Read(ref reader);
        Require((_incoming?.Arcs ?? _outgoing!.Arcs).Contains(record.Stored.Arc) && _outgoing?.IsFrozen != false);
        (_incoming?.Results ?? _results).Add(record);
    }

    private void TakeQueued(ref WireReader reader)
    {
        QueuedOperation operation = QueuedOperation.Read(ref reader);
        Require((_incoming?.Arcs ?? _outgoing!.Arcs).Contains(operation.Arc) && _outgoing?.IsFrozen != false);
        (_incoming?.Queued ?? _queued).Add(operation);
    }
}
