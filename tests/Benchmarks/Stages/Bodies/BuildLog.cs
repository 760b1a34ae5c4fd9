using BenchmarkDotNet.Attributes;
using PaxosShard.Benchmarks.Stages.Fixtures;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>Primary and follower: the bytes of a batch of the log, with their checksums, as they would go to the disk. Each entry is a batch of its own; nothing is written.</summary>
public class BuildLog : BatchedStage
{
    private readonly BatchBuffer _buffer;
    private readonly LogBatch[][] _records = new LogBatch[Messages][];
    private readonly GroupSummary[] _groups = [new GroupSummary(ArrivingFrames.Group, default, 0, 0)];
    private int _count;

    /// <summary>A buffer for the log of a replica.</summary>
    public BuildLog()
    {
        ReplicaIdentity identity = new() { Cluster = new Guid("11111111-2222-3333-4444-555555555555"), Group = ArrivingFrames.Group, Replica = new ReplicaId(0), ReplicaCount = 3, MembersHash = 1, Identity = 1 };
        _buffer = new BatchBuffer(LogOwner.Of([identity]));
    }

    /// <inheritdoc/>
    [GlobalSetup]
    public override void Open()
    {
        _count = 0;
        foreach (Wire.Entries.Entry entry in Entries.OfRun(Batch))
        {
            LogBatch batch = new();
            batch.Records.Add(Record.OfAccepted(View.First, new Slot(_count + 1), entry));
            _records[_count++] = [batch];
        }
    }

    /// <inheritdoc/>
    [Benchmark(OperationsPerInvoke = Messages)]
    public override int Run()
    {
        int built = 0;
        LogPosition position = new(1, LogFormat.BlockBytes);
        for (int index = 0; index < _count; index++)
        {
            LogBatch[] batches = _records[index];
            BatchExtent extent = BatchBuffer.Measure(batches, default);
            BatchHeader header = new(
                position, 1, index, extent.RecordCount, extent.BodyLength, position, 0, position, position, _groups);
            if (_buffer.Build(batches, default, extent, ref header).Length == header.PaddedLength)
                built += Batch;
        }

        return built;
    }
}
