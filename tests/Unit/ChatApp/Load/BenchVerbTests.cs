using NUnit.Framework;
using PaxosShard.Programs.Errors;
using PaxosShard.Tests.Unit.ChatApp.Clusters;

namespace PaxosShard.Tests.Unit.ChatApp.Load;

/// <summary>What benches refuse, before anything is started.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BenchVerbTests : IDisposable
{
    private readonly ClusterDirectory _cluster = new();

    [TestCase("reshard --shards 0", "--shards is 1 to 64")]
    [TestCase("reshard --replicas 2", "1, 3, 5 or 7 replicas")]
    [TestCase("reshard --masters 2", "--masters is 1 or 3")]
    [TestCase("reshard --megabytes 0", "--megabytes is 1 to 4096")]
    [TestCase("reshard --size 15", "--size is 16 to 1048576")]
    [TestCase("reshard --megabytes 4096 --size 16", "256000000 values")]
    [TestCase("reshard --rate 0", "--rate is above 0 and at most 20000")]
    [TestCase("reshard --rate NaN", "--rate is above 0 and at most 20000")]
    [TestCase("reshard --keys 3", "--keys is an even number from 2 to 1000")]
    [TestCase("reshard --seconds 601", "--seconds is above 0 and at most 600")]
    [TestCase("reshard --timeout -1", "--timeout is above 0 and at most 600")]
    [TestCase("reshard --svg ", "--svg names no file")]
    [TestCase("gateway --clients 0", "--clients is 1 to 1000")]
    [TestCase("gateway --seconds 0", "--seconds is above 0")]
    [TestCase("gateway --during stop-shrd", "did you mean 'stop-shard'")]
    [TestCase("gateway --during stop-shard --shards 1", "2 shards and 2 clients")]
    [TestCase("gateway --replicas 4", "1, 3, 5 or 7 replicas")]
    [TestCase("ordered --fanout 0,1", "--fanout takes numbers from 1 to 256 with commas between them, not '0'")]
    [TestCase("ordered --fanout 257", "--fanout takes numbers from 1 to 256")]
    [TestCase("ordered --delay 1001ms", "--delay is at most 1 s")]
    [TestCase("ordered --delay -1ms", "--delay: '-1ms' is no time")]
    [TestCase("ordered --keys randon", "did you mean 'random'")]
    [TestCase("ordered --bursts 0", "--bursts is 1 to 10000")]
    [TestCase("ordered --seconds 0", "--seconds is above 0 and at most 600")]
    [TestCase("ordered --svg ", "--svg names no file")]
    [TestCase("ordered --shards 65", "--shards is 1 to 64")]
    [TestCase("--rooms 0", "--rooms is 1 to 1000")]
    [TestCase("--followers -1", "--followers is 0 to 1000")]
    [TestCase("--rooms 100 --followers 21", "at most 2000 for all rooms together")]
    [TestCase("--followers 1 --raw", "not for --raw")]
    [TestCase("--rooms 2 --operation put", "--rooms and --followers are for messages")]
    [TestCase("--followers 1 --size 11", "--size is 12 to 65536 with --followers")]
    [TestCase("--check deliveriesPerSecond>=1", "--check takes a figure")]
    [TestCase("--svg ", "--svg names a file")]
    [TestCase("--svg picture.svg --rate 5", "not for --rate")]
    [TestCase("reshrad", "reshrad")]
    [TestCase("--secnods 3", "did you mean '--seconds'")]
    public async Task What_cannot_be_measured_is_refused(string words, string said)
    {
        Assert.That(await _cluster.PxAsync(["bench", .. words.Split(' ')]), Is.EqualTo(ExitCode.Usage));

        Assert.That(_cluster.Notes, Does.StartWith("PX1200: ").And.Contain(said));
        Assert.That(_cluster.Data, Is.Empty);
    }

    public void Dispose() => _cluster.Dispose();
}
