using NUnit.Framework;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.Programs.Errors;

namespace PaxosShard.Tests.Unit.ChatApp.Groups;

[TestFixture]
internal sealed class GroupStateTests
{
    private const string Replica = """{ "name": "r0", "address": "127.0.0.1:7000", "exists": true, "pid": 17, "startTime": 18, "rack": 7 }""";

    private string _directory = "";

    [SetUp]
    public void Make() => _directory = Directory.CreateTempSubdirectory("paxosshard-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_directory, recursive: true);

    [Test]
    public void What_was_written_is_read_again()
    {
        GroupState written = new(Guid.NewGuid(), [new("r0", "127.0.0.1:7000", Exists: true, new ProcessIdentity(17, 18))])
        {
            MachineOptions = ["--room-messages", "100"],
        };

        written.Write(_directory);

        GroupState read = GroupState.Read(_directory)!;
        Assert.That(read.Cluster, Is.EqualTo(written.Cluster));
        Assert.That(read.Replicas, Is.EqualTo(written.Replicas));
        Assert.That(read.MachineOptions, Is.EqualTo(written.MachineOptions));
    }

    [Test]
    public void Where_a_replica_listens_is_kept_when_it_is_found_elsewhere()
    {
        ReplicaRecord replica = new("r0", "127.0.0.1:7000", Exists: true, Process: null) { Listen = "127.0.0.1:7100" };
        GroupState state = new(Guid.NewGuid(), [replica]);

        state.Write(_directory);
        Assert.That(GroupState.Read(_directory)!.Replicas, Is.EqualTo(new[] { replica }));

        state.With(0, replica with { Listen = null }).Write(_directory);
        Assert.That(GroupState.Read(_directory)!.Replicas[0].Listen, Is.Null);
        Assert.That(File.ReadAllText(Path.Combine(_directory, GroupState.FileName)), Does.Not.Contain("listen"));
    }

    [Test]
    public void That_a_place_is_being_given_to_another_is_kept_until_it_is_over()
    {
        ReplicaRecord replica = new("r0", "127.0.0.1:7000", Exists: true, Process: null) { IsBeingReplaced = true };
        GroupState state = new(Guid.NewGuid(), [replica]);

        state.Write(_directory);
        Assert.That(GroupState.Read(_directory)!.Replicas[0].IsBeingReplaced, Is.True);

        state.With(0, replica with { IsBeingReplaced = false }).Write(_directory);
        Assert.That(GroupState.Read(_directory)!.Replicas[0].IsBeingReplaced, Is.False);
        Assert.That(File.ReadAllText(Path.Combine(_directory, GroupState.FileName)), Does.Not.Contain("replacing"));
    }

    [Test]
    public void What_is_not_known_of_the_file_stays_in_it()
    {
        Put($$"""{ "version": 1, "cluster": "{{Guid.NewGuid()}}", "replicas": [{{Replica}}], "comment": { "by": "somebody" } }""");

        GroupState state = GroupState.Read(_directory)!;
        state.With(0, state.Replicas[0] with { Process = null }).Write(_directory);

        string text = File.ReadAllText(Path.Combine(_directory, GroupState.FileName));
        Assert.That(text, Does.Contain("somebody").And.Contain("rack"));
        Assert.That(GroupState.Read(_directory)!.Replicas[0].Process, Is.Null);
    }

    [TestCase("[]", "0 replicas")]
    [TestCase("""[{ "name": "r1", "address": "", "exists": true, "pid": null }]""", "'r1' instead of r0")]
    [TestCase("""[{ "name": "r0", "address": "nowhere", "exists": true, "pid": null }]""", "'nowhere', is not host:port")]
    [TestCase("""[{ "name": "r0", "address": "", "exists": "yes", "pid": null }]""", "")]
    [TestCase("{}", "")]
    [TestCase("17", "")]
    public void What_no_group_can_be_is_damage(string replicas, string reason)
    {
        Put($$"""{ "version": 1, "cluster": "{{Guid.NewGuid()}}", "replicas": {{replicas}} }""");

        ReportedException error = Assert.Throws<ReportedException>(() => GroupState.Read(_directory))!;

        Assert.That(error.Kind, Is.EqualTo(ErrorKinds.BadState));
        Assert.That(error.Message, Does.Contain(GroupState.FileName).And.Contain(reason));
    }

    private void Put(string text) => File.WriteAllText(Path.Combine(_directory, GroupState.FileName), text);
}
