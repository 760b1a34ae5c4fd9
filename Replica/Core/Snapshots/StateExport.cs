using System.Buffers;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
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
    private readonly StateHead _head;
    private readonly SessionExport _sessions;
    private readonly IMachineExport _machine;

    // Made whole here before it is handed out, for its checksum.
    private readonly ArrayBufferWriter<byte> _piece = new();
    private long _pieces;
    private ulong _checksum;

    /// <summary>Begins it.</summary>
    /// <param name="state">The state; nobody else exports it.</param>
    /// <exception cref="InvalidOperationException">The export before is not over.</exception>
    public StateExport(ReplicatedState state)
    {
        Slot = state.Executed;
        _head = new StateHead(Slot, state.Hash, state.LogTime, state.HighestFirstView, state.Sessions.Count, state.Sessions.Bytes, state.RulesHash);
        _machine = state.Machine.BeginExport(Slot);
        _sessions = state.Sessions.BeginExport();
    }

    /// <summary>The slot it is of.</summary>
    public Slot Slot { get; }

    /// <summary>It was taken to its end, or cancelled.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Bytes of old versions that are kept for it now; 0 when it is over.</summary>
    public long KeptBytes => _sessions.KeptBytes + _machine.KeptBytes;

    /// <summary>The hash of some pieces and one more, as a <see cref="SnapshotMark"/> has it.</summary>
    /// <param name="hash">The hash of the pieces before it, 0 when there is none.</param>
    /// <param name="piece">The next piece.</param>
    public static ulong Fold(ulong hash, ReadOnlySpan<byte> piece) => StableHash64.Of(piece, hash);

    /// <summary>Writes the next piece; after the last one the export is over.</summary>
    /// <param name="output">Gets the piece, a whole one, at most <see cref="Limits.SnapshotPiece"/> bytes.</param>
    /// <param name="wantedBytes">About how long a piece is, at least 1 and at most 512 KiB.</param>
    /// <param name="isLast">It is the last one.</param>
    /// <returns>False: nothing was written, since the export is over.</returns>
    public bool TryNext(IBufferWriter<byte> output, int wantedBytes, out bool isLast)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(wantedBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wantedBytes, StateFormat.LongestWanted);
        isLast = false;
        if (IsOver)
            return false;
        _piece.ResetWrittenCount();
        if (_pieces == 0)
            WriteHead();
        else if (_sessions.HasNext)
            WriteSessions(wantedBytes);
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

    /// <summary>Ends it before its end: everything that is kept for it goes. Without effect when it is over.</summary>
    public void Cancel()
    {
        if (IsOver)
            return;
        _sessions.End();
        _machine.Cancel();
        IsOver = true;
    }

    private void WriteHead()
    {
        BeginPiece(StatePieceKind.Head);
        WireWriter writer = new(_piece.GetSpan(StateHead.Size)[..StateHead.Size]);
        _head.Write(ref writer);
        _piece.Advance(StateHead.Size);
    }

    private void WriteSessions(int wantedBytes)
    {
        BeginPiece(StatePieceKind.Sessions);
        do
            _sessions.WriteNext(_piece);
        while (_piece.WrittenCount < wantedBytes && _sessions.HasNext);
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
