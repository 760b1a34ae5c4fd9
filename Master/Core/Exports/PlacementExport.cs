using System.Buffers;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Wire.Placement;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Master.Core.Exports;

/// <summary>
/// Everything that a <see cref="PlacementMachine"/> held at one slot, taken in pieces while it goes on. Configurations and jobs never change, so that references to them are all
/// that has to be kept: to begin costs a copy of those to the jobs, a little more than a thousand; configurations only ever come behind those that are exported.
/// </summary>
internal sealed class PlacementExport : IMachineExport
{
    private readonly ExportHead _head;
    private readonly IReadOnlyList<byte[]> _configurations;
    private readonly PlacementJob[] _jobs;

    // A piece is made whole here before it is handed out, for its checksum.
    private readonly ArrayBufferWriter<byte> _piece = new();
    private long _pieces;
    private ulong _checksum;
    private int _configuration;
    private int _position;
    private int _job;

    /// <summary>An export that has just begun.</summary>
    /// <param name="head">What it is of.</param>
    /// <param name="configurations">The configurations from number 1 on, as they are stored. More may come behind them.</param>
    /// <param name="jobs">The jobs; nobody else has the array.</param>
    public PlacementExport(ExportHead head, IReadOnlyList<byte[]> configurations, PlacementJob[] jobs)
    {
        _head = head;
        _configurations = configurations;
        _jobs = jobs;
        KeptBytes = jobs.Sum(static job => (long)job.EncodedSize());
    }

    /// <summary>
    /// Bytes of the jobs that are kept for it; most of them the machine has too. Those that it has written it keeps until it is over.
    /// </summary>
    public long KeptBytes { get; private set; }

    /// <inheritdoc/>
    public bool IsOver { get; private set; }

    /// <inheritdoc/>
    public bool TryNext(IBufferWriter<byte> output, int wantedBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(wantedBytes);
        if (IsOver)
            return false;
        _piece.ResetWrittenCount();
        if (_pieces == 0)
            WriteHead();
        else if (_configuration < _head.Configurations)
            WriteConfigurations(wantedBytes);
        else
            WriteJobs(wantedBytes);
        WriteChecksum();
        output.Write(_piece.WrittenSpan);
        _pieces++;
        if (_configuration == _head.Configurations && _job == _jobs.Length)
            End();
        return true;
    }

    /// <inheritdoc/>
    public void Cancel() => End();

    private void WriteHead()
    {
        BeginPiece(PieceKind.Head);
        WireWriter writer = new(_piece.GetSpan(ExportHead.Size)[..ExportHead.Size]);
        _head.Write(ref writer);
        _piece.Advance(ExportHead.Size);
    }

    private void WriteConfigurations(int wantedBytes)
    {
        BeginPiece(PieceKind.Configurations);
        do
            WritePart(_configurations[_configuration]);
        while (_piece.WrittenCount < wantedBytes && _configuration < _head.Configurations);
    }

    private void WritePart(byte[] configuration)
    {
        ReadOnlySpan<byte> part = configuration.AsSpan(_position, Math.Min(ExportFormat.PartBytes, configuration.Length - _position));
        _position += part.Length;
        bool isLast = _position == configuration.Length;
        int size = ExportFormat.PartHeaderSize + part.Length;
        WireWriter writer = new(_piece.GetSpan(size)[..size]);
        writer.WriteBoolean(isLast);
        writer.WriteBytes(part);
        _piece.Advance(size);
        if (!isLast)
            return;
        _configuration++;
        _position = 0;
    }

    private void WriteJobs(int wantedBytes)
    {
        BeginPiece(PieceKind.Jobs);
        do
        {
            PlacementJob job = _jobs[_job++];
            int size = job.EncodedSize();
            WireWriter writer = new(_piece.GetSpan(size)[..size]);
            job.Write(ref writer);
            _piece.Advance(size);
        }
        while (_piece.WrittenCount < wantedBytes && _job < _jobs.Length);
    }

    private void BeginPiece(PieceKind kind)
    {
        WireWriter writer = new(_piece.GetSpan(ExportFormat.PieceHeaderSize)[..ExportFormat.PieceHeaderSize]);
        writer.WriteByte((byte)kind);
        writer.WriteInt64(_pieces);
        _piece.Advance(ExportFormat.PieceHeaderSize);
    }

    private void WriteChecksum()
    {
        _checksum = StableHash64.Of(_piece.WrittenSpan, _checksum);
        WireWriter writer = new(_piece.GetSpan(ExportFormat.ChecksumSize)[..ExportFormat.ChecksumSize]);
        writer.WriteUInt64(_checksum);
        _piece.Advance(ExportFormat.ChecksumSize);
    }

    private void End()
    {
        IsOver = true;
        KeptBytes = 0;
    }
}
