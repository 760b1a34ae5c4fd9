using System.Buffers;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Master.Core.Jobs;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Wire;
using PaxosShard.Wire.Placement;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Master.Core.Exports;

/// <summary>
/// Takes the pieces of a <see cref="PlacementExport"/> in their order into a state in which nothing is. Nothing is believed: configurations and jobs are made from what the pieces
/// hold, each by the rules of commands, and at the end everything is held against what the export says of it. Total: bytes that are no piece are refused, whatever they are.
/// </summary>
/// <remarks>
/// What it takes of memory is bounded by the pieces and by the head, and the head may say no more than the machine may hold. After a refusal, what was taken so far is of no use.
/// </remarks>
/// <param name="state">Nothing is in it.</param>
/// <param name="bounds">What it may hold.</param>
internal sealed class PlacementImport(PlacementState state, PlacementBounds bounds) : IMachineImport
{
    private readonly PieceSequence _pieces = new("export");

    // The parts of the next configuration so far.
    private readonly ArrayBufferWriter<byte> _parts = new();
    private ExportHead _head;
    private ulong _checksum;

    /// <inheritdoc/>
    public bool Add(ReadOnlySpan<byte> piece) => _pieces.Add(piece, Take);

    private bool Take(scoped ReadOnlySpan<byte> piece)
    {
        if (piece.Length < ExportFormat.PieceHeaderSize + ExportFormat.ChecksumSize)
            throw new WireFormatException($"it has {piece.Length} bytes, fewer than any");
        ReadOnlySpan<byte> content = piece[..^ExportFormat.ChecksumSize];
        WireReader reader = new(content);
        PieceKind kind = (PieceKind)_pieces.ReadHeader(ref reader);
        Check(content, piece[content.Length..]);
        bool areConfigurationsLeft = state.History.Latest.Number < _head.Configurations;
        switch (kind)
        {
            case PieceKind.Head when _pieces.Taken == 0:
                TakeHead(ref reader);
                break;
            case PieceKind.Configurations when areConfigurationsLeft:
                TakeConfigurations(ref reader);
                break;
            case PieceKind.Jobs when !areConfigurationsLeft && state.Jobs.Count < _head.Jobs:
                TakeJobs(ref reader);
                break;
            default:
                throw new WireFormatException($"a piece of kind {(byte)kind} cannot stand here");
        }

        return state.History.Latest.Number == _head.Configurations && state.Jobs.Count == _head.Jobs && Conclude();
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
        _head = ExportHead.Read(ref reader);
        reader.RequireEnd();
        if (_head.Configurations > bounds.Configurations)
            throw new WireFormatException($"there are {_head.Configurations} configurations, and this machine takes {bounds.Configurations}");
        if (_head.StateBytes > bounds.StateBytes)
            throw new WireFormatException($"the state has {_head.StateBytes} bytes, and this machine takes {bounds.StateBytes}");
        if (_head.Jobs > JobList.MostEnded + JobList.MostWaiting + 1)
            throw new WireFormatException($"there are {_head.Jobs} jobs, more than are kept");
    }

    private void TakeConfigurations(ref WireReader reader)
    {
        do
        {
            bool isLast = reader.ReadBoolean();
            _parts.Write(reader.ReadSpan(ExportFormat.PartBytes));
            if (_parts.WrittenCount > Limits.Result)
                throw new WireFormatException($"a configuration has {_parts.WrittenCount} bytes, more than any");
            if (isLast)
                TakeConfiguration();
        }
        while (reader.Remaining > 0);
    }

    private void TakeConfiguration()
    {
        if (state.History.Latest.Number >= _head.Configurations)
            throw new WireFormatException($"there are more than the {_head.Configurations} configurations that the head says");
        Configuration before = state.History.Latest;
        Configuration next = state.History.Read(_parts.WrittenSpan);
        if (next.Job <= before.Job || !state.Groups.TryFollow(before, next))
            throw new WireFormatException($"configuration {next.Number} does not follow from the one before");
        state.History.Add(next);
        // There is one way only to write it, so that the export of this machine is the same.
        if (!_parts.WrittenSpan.SequenceEqual(state.History.Stored[state.History.Stored.Count - 1]))
            throw new WireFormatException($"configuration {next.Number} is not written as it has to be");
        _parts.ResetWrittenCount();
        CheckBytes();
    }

    private void TakeJobs(ref WireReader reader)
    {
        do
        {
            PlacementJob job = PlacementJob.Read(ref reader);
            if (state.Jobs.Count >= _head.Jobs || job.Number <= state.Jobs.Last)
                throw new WireFormatException($"job {job.Number} cannot stand behind job {state.Jobs.Last}");
            if (!JobRules.IsWellFormed(job))
                throw new WireFormatException($"there is no job like job {job.Number}");
            state.Jobs.Put(job);
            CheckBytes();
        }
        while (reader.Remaining > 0);
    }

    private void CheckBytes()
    {
        if (state.Bytes > _head.StateBytes)
            throw new WireFormatException($"the state has more than the {_head.StateBytes} bytes that the head says");
    }

    private bool Conclude()
    {
        if (_parts.WrittenCount > 0)
            throw new WireFormatException("a part stands behind the last configuration");
        if (state.Bytes != _head.StateBytes)
            throw new WireFormatException($"the state has {state.Bytes} bytes, fewer than the {_head.StateBytes} that the head says");
        if (state.Jobs.Last < state.History.Latest.Job || state.Jobs.OpenCount > JobList.MostWaiting + 1)
            throw new WireFormatException("the jobs are not those that have made the configurations");
        if (!JobRules.TryResume(state, out JobPlan? plan))
            throw new WireFormatException("the job under way does not fit the configurations");
        state.Plan = plan;
        state.Hash = _head.Hash;
        return true;
    }
}
