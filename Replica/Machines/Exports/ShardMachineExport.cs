using System.Buffers;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Machines.Exports;

/// <summary>
/// Everything that a <see cref="ShardMachine"/> held at one slot, taken in pieces while the machine goes on. What it runs between two pieces does not show in them: what
/// is overwritten, deleted or trimmed before the export has come to it is kept until then. Called by the thread that runs the machine.
/// </summary>
/// <remarks>
/// Layout: see <see cref="ExportFormat"/>. Two machines that hold the same and came to it by the same commands give the same pieces, byte for byte, when the
/// same lengths are wanted. A step costs as much as the piece that it writes; besides, what an arc holds is sorted when the export comes to it: 1 in
/// <see cref="Arc.Count"/> of all names, unless somebody has chosen names for one arc.
/// </remarks>
public sealed class ShardMachineExport : IMachineExport
{
    /// <summary>Most rooms and keys in a piece: each is somewhere else in memory, so that many small ones take longer than their bytes tell.</summary>
    public const int RecordsPerPiece = 2048;

    /// <summary>Most old versions of keys that one call of <see cref="Cancel"/> gives back: less than a millisecond's work.</summary>
    public const int KeysGivenBack = 2048;

    /// <summary>Most rooms whose trimmed messages one call of <see cref="Cancel"/> gives back: fewer than keys, because what is left of a room may be packed anew.</summary>
    public const int RoomsGivenBack = 128;

    private readonly ExportHead _head;
    private readonly ulong[] _arcHashes;
    private readonly RoomWalk _rooms;
    private readonly KeyWalk _keys;
    private readonly Action _onOver;
    private int _arc = -1;
    private long _pieces;
    private ulong _checksum;
    private bool _isCancelled;

    /// <summary>An export that has just begun.</summary>
    /// <param name="head">What it is of.</param>
    /// <param name="arcHashes">The hash of each arc.</param>
    /// <param name="rooms">Walks the rooms as they are now.</param>
    /// <param name="keys">Walks the keys as they are now.</param>
    /// <param name="onOver">Called when nothing has to be kept for it any more.</param>
    internal ShardMachineExport(ExportHead head, ulong[] arcHashes, RoomWalk rooms, KeyWalk keys, Action onOver)
    {
        _head = head;
        _arcHashes = arcHashes;
        _rooms = rooms;
        _keys = keys;
        _onOver = onOver;
    }

    /// <summary>The configuration that the machine had adopted; null for none.</summary>
    internal Configuration? Configuration { get; init; }

    /// <summary>The moves in which the machine took part; null for none.</summary>
    internal MovesExport? Moves { get; init; }

    /// <summary>The slot it is of.</summary>
    public Slot Slot => _head.Slot;

    /// <summary>It was taken to its end, or cancelled, and keeps nothing any more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>
    /// Bytes of what is kept for it now, besides what the bound of the state counts: old versions of keys, with 128 for each, and trimmed messages, with 32 for each. 0 when it is over.
    /// </summary>
    public long KeptBytes => _keys.KeptBytes + _rooms.KeptBytes;

    /// <summary>Writes the next piece; after the last one the export is over.</summary>
    /// <param name="output">Gets the piece, a whole one.</param>
    /// <param name="wantedBytes">
    /// Bytes of a piece, at least 1. It ends with the message or key that makes it so long, so that it is longer by at most one of these, at most 1 MiB + 4 KiB; or earlier,
    /// after <see cref="RecordsPerPiece"/> of them. The first piece has less than 100 bytes, one of a configuration up to 2.1 MB, and the last one up to 40 KiB + 32, whatever is wanted.
    /// </param>
    /// <returns>False: nothing was written, since the export is over or cancelled.</returns>
    public bool TryNext(IBufferWriter<byte> output, int wantedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(wantedBytes);
        if (IsOver || _isCancelled)
            return false;
        PieceWriter writer = new(output, _checksum);
        if (_pieces == 0)
            WriteHead(writer);
        else if (_pieces == 1 && Configuration is { } configuration)
            WriteConfiguration(writer, configuration);
        else if (Moves is { HasNext: true } moves)
            WriteMoves(writer, moves, wantedBytes);
        else if (FindRecord())
            WriteRecords(writer, wantedBytes);
        else
            WriteFoot(writer);
        _checksum = writer.Checksum;
        _pieces++;
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
        bool areKeysLeft = _keys.GiveBack(KeysGivenBack) == KeysGivenBack;
        bool areRoomsLeft = _rooms.GiveBack(RoomsGivenBack) == RoomsGivenBack;
        if (!areKeysLeft && !areRoomsLeft)
            End();
    }

    private void WriteHead(PieceWriter writer)
    {
        writer.WriteHeader(PieceKind.Head, _pieces);
        writer.WriteHead(in _head);
    }

    private void WriteConfiguration(PieceWriter writer, Configuration configuration)
    {
        writer.WriteHeader(PieceKind.Configuration, _pieces);
        writer.WriteConfiguration(configuration.Encode());
    }

    private void WriteMoves(PieceWriter writer, MovesExport moves, int wantedBytes)
    {
        writer.WriteHeader(PieceKind.Moves, _pieces);
        for (int records = 0; moves.HasNext && writer.Length < wantedBytes + ExportFormat.PieceHeaderSize && records < RecordsPerPiece; records++)
            moves.WriteNext(writer);
        writer.WriteEnd();
    }

    private void WriteRecords(PieceWriter writer, int wantedBytes)
    {
        writer.WriteHeader(PieceKind.Records, _pieces);
        int records = 0;
        do
        {
            records++;
            if (_rooms.HasNext)
                _rooms.WriteNext(writer, wantedBytes);
            else
                _keys.WriteNext(writer);
        }
        while (writer.Length < wantedBytes && records < RecordsPerPiece && FindRecord());
        writer.WriteEnd();
    }

    private void WriteFoot(PieceWriter writer)
    {
        writer.WriteHeader(PieceKind.Foot, _pieces);
        writer.WriteFoot(_arcHashes);
        End();
    }

    // Goes on to the next arc that holds something; false behind the last one.
    private bool FindRecord()
    {
        while (!_rooms.HasNext && !_keys.HasNext)
        {
            if (_arc == Arc.Count - 1)
                return false;
            Arc arc = new(++_arc);
            _rooms.Enter(arc);
            _keys.Enter(arc);
        }

        return true;
    }

    private void End()
    {
        IsOver = true;
        _onOver();
    }
}
