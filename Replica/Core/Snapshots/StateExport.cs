using System.Buffers;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Core.Snapshots;

/// <summary>
/// Everything that the log's execution has built at one slot, taken in pieces while execution goes on: the sessions with their results, log time, the highest first view,
/// and the export of the machine. There is one at a time.
/// </summary>
/// <remarks>
/// Layout: see <see cref="StateFormat"/>. Two replicas that executed the same, or imported it, give the same pieces, byte for byte, when the same lengths are wanted and their
/// machines do so. A step costs as much as the piece that it writes; to begin costs a copy of the references to all sessions, and what the machine needs.
/// </remarks>
public sealed class StateExport
{
    /// <summary>
    /// Places of rings that are visited for one piece, about; each session counts for <see cref="PlacesPerSession"/> more. Very many sessions, or windows with few results, take
    /// longer than their bytes tell.
    /// </summary>
    internal const int PlacesPerPiece = 64 * 1024;

    /// <summary>What it costs to find a session, in places.</summary>
    internal const int PlacesPerSession = 32;

    private readonly StateHead _head;
    private readonly SessionExport _sessions;
    private readonly Members _members;
    private readonly IMachineExport _machine;

    // Copies of references, and whether each was open: nothing else of them changes.
    private readonly Queue<(QueuedOperation Operation, bool IsOpen)> _queued;

    // Made whole here before it is handed out, for its checksum.
    private readonly ArrayBufferWriter<byte> _piece = new();
    private long _pieces;
    private ulong _checksum;
    private bool _isCancelled;

    /// <summary>Begins it.</summary>
    /// <param name="state">The state; nobody else exports it.</param>
    /// <exception cref="InvalidOperationException">The export before is not over.</exception>
    public StateExport(ReplicatedState state)
    {
        Slot = state.Executed;
        _head = new StateHead(Slot, state.Hash, state.LogTime, state.HighestFirstView, state.Sessions.Count, state.Sessions.Bytes, state.RulesHash);
        _members = state.Members;
        _machine = state.Machine.BeginExport(Slot);
        _sessions = state.Sessions.BeginExport();
        _queued = new(state.Queues.All.Select(static operation => (operation, operation.IsOpen)));
        KeptBytesOfQueues = _queued.Sum(static next => (long)next.Operation.Size);
    }

    /// <summary>The slot it is of.</summary>
    public Slot Slot { get; }

    /// <summary>It was taken to its end, or cancelled, and keeps nothing any more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Bytes of old versions of sessions that are kept for it now.</summary>
    public long KeptBytesOfSessions => _sessions.KeptBytes;

    /// <summary>Bytes of queued operations that have still to be written, of which some may have run since.</summary>
    public long KeptBytesOfQueues { get; private set; }

    /// <summary>Bytes of old versions that the machine keeps for it now.</summary>
    public long KeptBytesOfMachine => _machine.KeptBytes;

    /// <summary>Bytes of all old versions that are kept for it now; 0 when it is over.</summary>
    public long KeptBytes => KeptBytesOfSessions + KeptBytesOfQueues + KeptBytesOfMachine;

    /// <summary>The hash of some pieces and one more, as a <see cref="SnapshotMark"/> has it.</summary>
    /// <param name="hash">The hash of the pieces before it, 0 when there is none.</param>
    /// <param name="piece">The next piece.</param>
    public static ulong Fold(ulong hash, ReadOnlySpan<byte> piece) => StableHash64.Of(piece, hash);

    /// <summary>Writes the next piece; after the last one the export is over.</summary>
    /// <param name="output">Gets the piece, a whole one, at most <see cref="Limits.SnapshotPiece"/> bytes.</param>
    /// <param name="wantedBytes">About how long a piece is, at least 1 and at most 512 KiB; it is shorter when very many small sessions or records are in it.</param>
    /// <param name="isLast">It is the last one.</param>
    /// <returns>False: nothing was written, since the export is over or cancelled.</returns>
    public bool TryNext(IBufferWriter<byte> output, int wantedBytes, out bool isLast)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(wantedBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wantedBytes, StateFormat.LongestWanted);
        isLast = false;
        if (IsOver || _isCancelled)
            return false;
        _piece.ResetWrittenCount();
        if (_pieces == 0)
            WriteHead();
        else if (_pieces == 1 && _members.Number > 0)
            WriteMembers();
        else if (_sessions.HasNext)
            WriteSessions(wantedBytes);
        else if (_queued.Count > 0)
            WriteQueued(wantedBytes);
        else
            WriteMachine(wantedBytes);
        if (!_sessions.HasNext)
            _sessions.End();
        WriteChecksum();
        Invariant.Holds(_piece.WrittenCount <= Limits.SnapshotPiece, "a piece fits in a frame");
        output.Write(_piece.WrittenSpan);
        _pieces++;
        isLast = IsOver = _machine.IsOver;
        return true;
    }

    /// <summary>
    /// Ends it early. Nothing more is kept for it, and each call gives back a part of what is kept, so that no step is long: to be called until it is over. Without effect after
    /// that.
    /// </summary>
    public void Cancel()
    {
        if (IsOver)
            return;
        _isCancelled = true;
        _queued.Clear();
        KeptBytesOfQueues = 0;
        _sessions.End();
        _machine.Cancel();
        IsOver = _machine.IsOver;
    }

    private void WriteHead()
    {
        BeginPiece(StatePieceKind.Head);
        WireWriter writer = new(_piece.GetSpan(StateHead.Size)[..StateHead.Size]);
        _head.Write(ref writer);
        _piece.Advance(StateHead.Size);
    }

    private void WriteMembers()
    {
        BeginPiece(StatePieceKind.Members);
        int size = _members.Size;
        WireWriter writer = new(_piece.GetSpan(size)[..size]);
        _members.Write(ref writer);
        _piece.Advance(size);
    }

    private void WriteSessions(int wantedBytes)
    {
        BeginPiece(StatePieceKind.Sessions);
        int places = 0;
        do
            places += PlacesPerSession + _sessions.WriteNext(_piece);
        while (_piece.WrittenCount < wantedBytes && places < PlacesPerPiece && _sessions.HasNext);
    }

    private void WriteQueued(int wantedBytes)
    {
        BeginPiece(StatePieceKind.Queues);
        while (_piece.WrittenCount < wantedBytes && _queued.TryDequeue(out (QueuedOperation Operation, bool IsOpen) next))
        {
            WireWriter writer = new(_piece.GetSpan(next.Operation.Size)[..next.Operation.Size]);
            next.Operation.Write(ref writer, next.IsOpen);
            _piece.Advance(next.Operation.Size);
            KeptBytesOfQueues -= next.Operation.Size;
        }
    }

    private void WriteMachine(int wantedBytes)
    {
        BeginPiece(StatePieceKind.Machine);
        bool isThere = _machine.TryNext(_piece, wantedBytes);
        Invariant.Holds(isThere, "an export that is not over has a piece");
    }

    private void BeginPiece(StatePieceKind kind)
    {
        WireWriter writer = new(_piece.GetSpan(StateFormat.PieceHeaderSize)[..StateFormat.PieceHeaderSize]);
        writer.WriteByte((byte)kind);
        writer.WriteInt64(_pieces);
        _piece.Advance(StateFormat.PieceHeaderSize);
    }

    private void WriteChecksum()
    {
        _checksum = StableHash64.Of(_piece.WrittenSpan, _checksum);
        WireWriter writer = new(_piece.GetSpan(StateFormat.ChecksumSize)[..StateFormat.ChecksumSize]);
        writer.WriteUInt64(_checksum);
        _piece.Advance(StateFormat.ChecksumSize);
    }
}
