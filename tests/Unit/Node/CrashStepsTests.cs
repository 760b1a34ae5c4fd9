using NUnit.Framework;
using PaxosShard.Replica.Node.Faults;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>A replica dies just before the step that a drill names, after as many of them as it says, and once.</summary>
public sealed class CrashStepsTests
{
    private string _folder = "";
    private int _kills;

    [SetUp]
    public void SetUp()
    {
        _kills = 0;
        _folder = Directory.CreateDirectory(Path.Combine(TestContext.CurrentContext.WorkDirectory, $"steps-{Guid.NewGuid():N}")).FullName;
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Nobody_dies_who_was_not_told_to()
    {
        CrashSteps steps = new(new FaultOptions(), () => _kills++);

        steps.Before("snapshot-write");
        steps.BeforeSending(new SnapshotRequest(SnapshotMark.None, 0));

        Assert.That((steps.IsOff, _kills), Is.EqualTo((true, 0)));
    }

    [Test]
    public void So_many_pass_as_the_file_says_and_then_one_dies_once()
    {
        CrashSteps one = Steps("snapshot-write");
        CrashSteps other = Steps("snapshot-write");
        one.Before("snapshot-write");
        one.Before("snapshot-sync");
        File.WriteAllText(Path.Combine(_folder, "snapshot-sync"), "");
        File.WriteAllText(Path.Combine(_folder, "snapshot-write"), "2");

        one.Before("snapshot-sync");
        one.Before("snapshot-write");
        one.Before("snapshot-write");
        Assert.That(_kills, Is.Zero, "another step, and two that pass");
        one.Before("snapshot-write");
        Assert.That(_kills, Is.EqualTo(1));
        for (int more = 0; more < 4; more++)
        {
            one.Before("snapshot-write");
            other.Before("snapshot-write");
        }

        Assert.That(_kills, Is.EqualTo(1), "the file is gone");
    }

    [Test]
    public void Calls_about_snapshots_segments_and_names_are_steps_and_those_about_the_identity_are_not()
    {
        CrashingCalls calls = new(SystemCalls.Instance, new CrashSteps(new FaultOptions { CrashBefore = FaultOptions.CrashStepNames }, () => _kills++));
        StorageDirectory directory = new(_folder, calls);
        using (StorageFile identity = directory.Create("identity"))
        {
            identity.WriteAt([1], 0);
            identity.SyncData();
        }

        Assert.That(_kills, Is.Zero);
        using (StorageFile file = directory.Create("snapshot-7.new"))
        {
            file.WriteAt([1], 0);
            file.SyncData();
        }

        directory.Rename("snapshot-7.new", "snapshot-7");
        directory.SyncDirectory();
        directory.Open("snapshot-7", readOnly: true).Dispose();
        directory.Delete("snapshot-7");
        Assert.That(_kills, Is.EqualTo(7));
        using StorageFile segment = directory.Create("log-0000000001");
        segment.WriteAt([1], 0);
        segment.SyncData();
        Assert.That(_kills, Is.EqualTo(10));
    }

    [Test]
    public void Messages_of_a_transfer_are_steps()
    {
        CrashSteps steps = new(new FaultOptions { CrashBefore = FaultOptions.CrashStepNames }, () => _kills++);

        steps.BeforeSending(new SnapshotRequest(SnapshotMark.None, 0));
        steps.BeforeSending(new SnapshotPiece(new SnapshotMark(new Slot(1), 1), 0, 1, new byte[] { 1 }));

        Assert.That(_kills, Is.EqualTo(2));
    }

    [Test]
    public void A_step_that_does_not_exist_is_refused() =>
        Assert.That(() => new FaultOptions { CrashBefore = new HashSet<string>(StringComparer.Ordinal) { "snapshot-wirte" } }.Validate(), Throws.InstanceOf<InvalidOptionsException>().With.Message.Contains("'snapshot-wirte'"));

    private CrashSteps Steps(string step) => new(new FaultOptions { CrashBefore = new HashSet<string>(StringComparer.Ordinal) { step }, CrashDirectory = _folder }, () => _kills++);
}
