using NUnit.Framework;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.Programs.Errors;
using PaxosShard.Tests.Unit.ChatApp.Clusters;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp.Shards;

/// <summary><c>px shard</c>, as far as that needs no masters.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ShardVerbTests : IDisposable
{
    private readonly ClusterDirectory _cluster = new();

    [TestCase("'two' is no number of a shard", "remove", "two")]
    [TestCase("'9-1' is no arc and no range", "move", "9-1", "2")]
    [TestCase("have to be named", "move", "5")]
    [TestCase("'zero' is no number of a job", "cancel", "zero")]
    [TestCase("--points is 1 to 4096", "add", "--points", "4097")]
    [TestCase("say with --group", "add", "--members", "127.0.0.1:1")]
    [TestCase("'here' is not host:port", "add", "--group", "3", "--members", "here")]
    [TestCase("names 1, 3, 5 or 7 replicas", "add", "--group", "3", "--members", "127.0.0.1:1,127.0.0.1:2")]
    [TestCase("--replicas is 1, 3, 5 or 7, not 2", "add", "--replicas", "2")]
    [TestCase("--replicas is for replicas that are to be started", "add", "--group", "3", "--members", "127.0.0.1:1", "--replicas", "1")]
    public async Task A_mistake_on_the_command_line_is_said_before_anybody_is_asked(string reason, params string[] words)
    {
        Assert.That(await _cluster.PxAsync(["shard", .. words, "--dir", _cluster.Root]), Is.EqualTo(ExitCode.Usage));

        Assert.That(_cluster.Notes, Does.StartWith("PX1200").And.Contain(reason).And.Contain($"next: px shard {words[0]} --help"));
    }

    [Test]
    public async Task Where_only_addresses_are_known_nothing_can_be_started()
    {
        Assert.That(await _cluster.PxAsync("shard", "add", "--endpoints", "127.0.0.1:1"), Is.EqualTo(ExitCode.Usage));

        Assert.That(_cluster.Notes, Does.StartWith("PX1200").And.Contain("there is no directory of a cluster").And.Contain("--members"));
    }

    [TestCase("add")]
    [TestCase("remove")]
    [TestCase("move")]
    public async Task Each_verb_that_begins_a_job_says_whom_a_barrier_does_not_hold(string verb)
    {
        Assert.That(await _cluster.PxAsync("shard", verb, "--help"), Is.EqualTo(ExitCode.Ok));

        Assert.That(_cluster.Data, Does.Contain("--barrier").And.Contain("px and other clients of the library are not held back"));
    }

    [TestCase("add")]
    [TestCase("remove")]
    [TestCase("move")]
    [TestCase("jobs")]
    [TestCase("cancel")]
    public async Task Each_of_its_verbs_helps_with_an_example(string verb)
    {
        Assert.That(await _cluster.PxAsync("shard", verb, "--help"), Is.EqualTo(ExitCode.Ok));

        Assert.That(_cluster.Data, Does.Contain($"Example: px shard {verb} ").And.Contain("--dir").And.Contain("--endpoints"));
        Assert.That(_cluster.Notes, Is.Empty);
    }

    [Test]
    public async Task What_is_given_without_a_verb_of_its_own_is_a_mistake()
    {
        Assert.That(await _cluster.PxAsync("shard", "ad"), Is.EqualTo(ExitCode.Usage));

        Assert.That(_cluster.Notes, Does.StartWith("PX1200"));
    }

    [Test]
    public void The_next_number_is_one_that_nothing_has_or_had()
    {
        ShardStarter starter = new(_cluster.NewShell(), _cluster.Files);
        Assert.That(starter.FreeNumber([]), Is.EqualTo(new GroupId(3)));
        Assert.That(starter.FreeNumber([new GroupId(7)]), Is.EqualTo(new GroupId(8)));

        Directory.CreateDirectory(_cluster.Files.Of(new GroupId(5)).Root);
        Assert.That(starter.FreeNumber([]), Is.EqualTo(new GroupId(6)));
        ClusterState.Read(_cluster.Root)!.With(new GroupId(11)).Without(new GroupId(11)).Write(_cluster.Root);
        Assert.That(starter.FreeNumber([]), Is.EqualTo(new GroupId(12)));
    }

    [Test]
    public void Behind_the_last_number_of_a_shard_there_is_none_because_the_masters_have_the_next()
    {
        ShardStarter starter = new(_cluster.NewShell(), _cluster.Files);
        int last = GroupId.Masters.Number - 1;
        Assert.That(starter.FreeNumber([new GroupId(last - 1)]), Is.EqualTo(new GroupId(last)));

        ReportedException error = Assert.Throws<ReportedException>(() => starter.FreeNumber([new GroupId(last)]))!;
        Assert.That((error.Kind, error.Message), Is.EqualTo((ErrorKinds.Usage, $"number {last}, the last one, is taken: say with --group another one that no shard has or had")));

        Directory.CreateDirectory(Path.Combine(_cluster.Root, "shard-99999"));
        Assert.That(starter.FreeNumber([]), Is.EqualTo(new GroupId(3)), "no shard can have had that number");
    }

    [Test]
    public async Task A_shard_that_has_left_is_not_listed_any_more_and_its_data_stays()
    {
        Assert.That(await new ShardRetirement(_cluster.Files).RunAsync(new GroupId(2), keepsRunning: false), Is.Empty, "nothing was running");
        Assert.That(await new ShardRetirement(_cluster.Files).RunAsync(new GroupId(2), keepsRunning: false), Is.Empty, "and twice is the same");

        ClusterState state = ClusterState.Read(_cluster.Root)!;
        Assert.That((state.Shards, state.Left), Is.EqualTo((new[] { new GroupId(1) }, new[] { new GroupId(2) })));
        Assert.That(await _cluster.PxAsync("ps", "--dir", _cluster.Root), Is.EqualTo(ExitCode.Ok));
        // The name of the temporary directory, which is in every line, may begin with any digit behind its "shard-".
        Assert.That(_cluster.Data, Does.Contain("cluster/shard-1/").And.Not.Contain("cluster/shard-2/"));
        Assert.That(Directory.Exists(_cluster.Files.Of(new GroupId(2)).Root), Is.True);
    }

    public void Dispose() => _cluster.Dispose();
}
