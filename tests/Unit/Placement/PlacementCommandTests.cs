using NUnit.Framework;
using PaxosShard.Tests.Unit.Wire;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Tests.Unit.Placement;

/// <summary>The bytes of commands and answers about placement: they are what they were, and nothing else is read.</summary>
public sealed class PlacementCommandTests
{
    private static readonly NewShard _shard = new(new GroupId(3), 128, ["a:1", "b:22"]);

    private static readonly PlacementJob _job = new(5, JobKind.MoveArcs, JobStep.Committed)
    {
        Group = new GroupId(2),
        Arcs = [1, 4095],
        From = 6,
        Moves = 2,
        Reported = [new GroupId(1)],
        Reason = "why",
    };

    private static readonly JobUnderWay _underWay = new(
        5, JobKind.MoveArcs, JobStep.Committed, 6, [new ArcTransfer(new GroupId(1), new GroupId(2), [0, 4095])], [new GroupId(1), new GroupId(2)]);

    [TestCaseSource(nameof(Encodings))]
    public void Bytes_are_as_they_always_were(byte[] bytes, string expected) => Assert.That(Convert.ToHexString(bytes), Is.EqualTo(expected.Replace(" ", "", StringComparison.Ordinal)));

    [TestCaseSource(nameof(Decoders))]
    public void What_was_written_is_read_and_nothing_shorter_or_longer(byte[] bytes, Func<byte[], byte[]> again) => EncodingChecks.AssertReadWhole(bytes, again);

    [TestCaseSource(nameof(Decoders))]
    public void Random_bytes_are_read_or_refused(byte[] bytes, Func<byte[], byte[]> again) => EncodingChecks.AssertChangedIsReadOrRefused(bytes, again);

    private static IEnumerable<TestCaseData> Encodings() =>
    [
        Bytes("AddShardsCommand", new AddShardsCommand([_shard]).Encode(), "20 00000000 00000001 0003 00000080 00000002 00000003 613A31 00000004 623A3232"),
        Bytes("RemoveShardCommand", new RemoveShardCommand(new GroupId(3)).Encode(), "21 00000000 0003"),
        Bytes("MoveArcsCommand", new MoveArcsCommand([4095, 1], new GroupId(2)).Encode(), "22 00000000 0002 00000002 0FFF 0001"),
        Bytes("CancelJobCommand", new CancelJobCommand(5).Encode(), "23 00000000 0000000000000005"),
        Bytes("AdvanceJobCommand", new AdvanceJobCommand(5, JobStep.Draining, JobStep.Committed).Encode(), "24 00000000 0000000000000005 03 04"),
        Bytes("FinishMovesCommand", new FinishMovesCommand(5, new GroupId(2)).Encode(), "25 00000000 0000000000000005 0002"),
        Bytes("ReportCopiedCommand", new ReportCopiedCommand(5, new GroupId(2)).Encode(), "26 00000000 0000000000000005 0002"),
        Bytes("ReadConfigurationQuery", new ReadConfigurationQuery(-1).Encode(), "A0 00000000 FFFFFFFFFFFFFFFF"),
        Bytes("ReadJobsQuery", new ReadJobsQuery(5, 10).Encode(), "A1 00000000 0000000000000005 0000000A"),
        Bytes("WatchConfigurationQuery", new WatchConfigurationQuery(7, 1000).Encode(), "A2 00000000 0000000000000007 000003E8"),
        Bytes("WatchJobQuery", new WatchJobQuery(44, 1000).Encode(), "A3 00000000 000000000000002C 000003E8"),
        Bytes("WatchJobQuery.none", new WatchJobQuery(-1, 0).Encode(), "A3 00000000 FFFFFFFFFFFFFFFF 00000000"),
        Bytes("JobResult", new JobResult(5, JobStep.Draining, 7).Encode(), "0000000000000005 03 0000000000000007"),
        Bytes("ConfigurationResult", new ConfigurationResult(7, new byte[] { 1, 2 }).Encode(), "0000000000000007 00000002 0102"),
        Bytes(
            "JobsResult",
            new JobsResult(1, 5, [_job]).Encode(),
            "0000000000000001 0000000000000005 00000001 0000000000000005 03 04 00 0000000000000006 00000002 0002 00000000 00000002 0001 0FFF 00000001 0001 00000003 776879"),
        Bytes(
            "WatchJobResult",
            new WatchJobResult(44, 7, _underWay).Encode(),
            "000000000000002C 0000000000000007 01 0000000000000005 03 04 00 0000000000000006 00000001 0001 0002 00000002 0000 0FFF 00000002 0001 0002"),
        Bytes(
            "WatchJobResult.barrier",
            new WatchJobResult(44, 7, _underWay with { IsBarrier = true }).Encode(),
            "000000000000002C 0000000000000007 01 0000000000000005 03 04 01 0000000000000006 00000001 0001 0002 00000002 0000 0FFF 00000002 0001 0002"),
        Bytes("AddShardsCommand.barrier", new AddShardsCommand([_shard]) { IsBarrier = true }.Encode(), "20 00000000 00000001 0003 00000080 00000002 00000003 613A31 00000004 623A3232 01"),
        Bytes("RemoveShardCommand.barrier", new RemoveShardCommand(new GroupId(3)) { IsBarrier = true }.Encode(), "21 00000000 0003 01"),
        Bytes("MoveArcsCommand.barrier", new MoveArcsCommand([4095, 1], new GroupId(2)) { IsBarrier = true }.Encode(), "22 00000000 0002 00000002 0FFF 0001 01"),
        Bytes("WatchJobResult.none", new WatchJobResult(48, 7, UnderWay: null).Encode(), "0000000000000030 0000000000000007 00"),
    ];

    private static IEnumerable<TestCaseData> Decoders() =>
    [
        Of("AddShardsCommand", new AddShardsCommand([_shard, _shard with { Group = new GroupId(4) }]).Encode(), static bytes => AddShardsCommand.Decode(bytes).Encode()),
        Of("RemoveShardCommand", new RemoveShardCommand(new GroupId(3)).Encode(), static bytes => RemoveShardCommand.Decode(bytes).Encode()),
        Of("MoveArcsCommand", new MoveArcsCommand([4095, 1], new GroupId(2)).Encode(), static bytes => MoveArcsCommand.Decode(bytes).Encode()),
        Of("CancelJobCommand", new CancelJobCommand(5).Encode(), static bytes => CancelJobCommand.Decode(bytes).Encode()),
        Of("AdvanceJobCommand", new AdvanceJobCommand(5, JobStep.Draining, JobStep.Committed).Encode(), static bytes => AdvanceJobCommand.Decode(bytes).Encode()),
        Of("FinishMovesCommand", new FinishMovesCommand(5, new GroupId(2)).Encode(), static bytes => FinishMovesCommand.Decode(bytes).Encode()),
        Of("ReportCopiedCommand", new ReportCopiedCommand(Limits.HighestNumber, new GroupId(2)).Encode(), static bytes => ReportCopiedCommand.Decode(bytes).Encode()),
        Of("ReadConfigurationQuery", new ReadConfigurationQuery(-1).Encode(), static bytes => ReadConfigurationQuery.Decode(bytes).Encode()),
        Of("ReadJobsQuery", new ReadJobsQuery(5, 10).Encode(), static bytes => ReadJobsQuery.Decode(bytes).Encode()),
        Of("WatchConfigurationQuery", new WatchConfigurationQuery(7, 1000).Encode(), static bytes => WatchConfigurationQuery.Decode(bytes).Encode()),
        Of("WatchJobQuery", new WatchJobQuery(-1, 1000).Encode(), static bytes => WatchJobQuery.Decode(bytes).Encode()),
        Of("WatchJobQuery.highest", new WatchJobQuery(Limits.HighestNumber, 0).Encode(), static bytes => WatchJobQuery.Decode(bytes).Encode()),
        Of("JobResult", new JobResult(5, JobStep.Draining, 7).Encode(), static bytes => JobResult.Decode(bytes).Encode()),
        Of("ConfigurationResult", new ConfigurationResult(7, new byte[] { 1, 2 }).Encode(), static bytes => ConfigurationResult.Decode(bytes).Encode()),
        Of("JobsResult", new JobsResult(1, 5, [_job, _job with { Shards = [_shard] }]).Encode(), static bytes => JobsResult.Decode(bytes).Encode()),
        Of("WatchJobResult", new WatchJobResult(44, 7, _underWay).Encode(), static bytes => WatchJobResult.Decode(bytes).Encode()),
        Of("WatchJobResult.bare", new WatchJobResult(44, 7, _underWay with { Transfers = [], Reported = [] }).Encode(), static bytes => WatchJobResult.Decode(bytes).Encode()),
        Of("WatchJobResult.none", new WatchJobResult(Limits.HighestNumber, 0, UnderWay: null).Encode(), static bytes => WatchJobResult.Decode(bytes).Encode()),
        Of("WatchJobResult.barrier", new WatchJobResult(44, 7, _underWay with { IsBarrier = true }).Encode(), static bytes => WatchJobResult.Decode(bytes).Encode()),
        Of("PlacementJob", _job.Encode(), static bytes => ReadJob(bytes).Encode()),
        Of("PlacementJob.barrier", (_job with { IsBarrier = true }).Encode(), static bytes => ReadJob(bytes).Encode()),
    ];

    private static TestCaseData Bytes(string name, byte[] bytes, string expected) => new TestCaseData(bytes, expected).SetArgDisplayNames(name);

    private static TestCaseData Of(string name, byte[] bytes, Func<byte[], byte[]> again) => new TestCaseData(bytes, again).SetArgDisplayNames(name);

    private static PlacementJob ReadJob(byte[] bytes)
    {
        WireReader reader = new(bytes);
        PlacementJob job = PlacementJob.Read(ref reader);
        reader.RequireEnd();
        return job;
    }
}
