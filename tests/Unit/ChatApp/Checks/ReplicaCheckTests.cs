using NUnit.Framework;
using PaxosShard.ChatClient.App.Checks;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.ChatApp.Checks;

/// <summary>Replicas that differ are found, and those that only are at different slots are not taken for such.</summary>
[TestFixture]
internal sealed class ReplicaCheckTests
{
    [Test]
    public void The_same_state_behind_the_same_slot_is_well()
    {
        GroupReport report = new([Seen("r0", 9, 7, "primary"), Seen("r1", 9, 7), Seen("r2", 9, 7)]);

        Assert.That(ReplicaCheck.Judge("shard-1", report), Is.EqualTo(new CheckLine("replicas of shard-1", IsWell: true, "the same state behind slot 9")));
        Assert.That(ReplicaCheck.IsAtRest(report), Is.True);
    }

    [Test]
    public void Another_state_behind_the_same_slot_is_found()
    {
        CheckLine line = ReplicaCheck.Judge("masters", new GroupReport([Seen("r0", 9, 7, "primary"), Seen("r1", 9, 8), Seen("r2", 8, 1)]));

        Assert.That(line, Is.EqualTo(new CheckLine("replicas of masters", IsWell: false, "their states differ behind slot 9: r0 has 0000000000000007, r1 has 0000000000000008")));
    }

    [Test]
    public void Replicas_that_lag_or_do_not_answer_are_not_compared()
    {
        GroupReport lagging = new([Seen("r0", 9, 7, "primary"), Seen("r1", 8, 6), Seen("r2", 9, 7)]);
        GroupReport silent = new([Seen("r0", 9, 7, "primary"), Seen("r1", 9, 7), new ReplicaView("r2", "127.0.0.1:3", null, "connection refused")]);

        Assert.That(ReplicaCheck.IsAtRest(lagging) || ReplicaCheck.IsAtRest(silent), Is.False);
        Assert.That(ReplicaCheck.Judge("shard-1", lagging).IsWell, Is.True);
        Assert.That(ReplicaCheck.Judge("shard-1", silent), Is.EqualTo(new CheckLine("replicas of shard-1", IsWell: true, "2 of 3 answer, and have the same state")));
    }

    [Test]
    public void A_group_without_a_primary_is_found() =>
        Assert.That(ReplicaCheck.Judge("shard-1", new GroupReport([Seen("r0", 9, 7), Seen("r1", 9, 7)])), Is.EqualTo(new CheckLine("replicas of shard-1", IsWell: false, "no primary serves") { IsUnanswered = true }));

    private static ReplicaView Seen(string name, long executed, ulong hash, string role = "follower")
    {
        ReplicaId place = new(name[1] - '0');
        StatusResult status = new(
            3, place, View.FirstOf(1), role, new Slot(executed), new Slot(executed), new Slot(executed), hash, HearsQuorum: true, Syncs: 0, IsDiskFull: false, IsStateInDoubt: false, []);
        Hello hello = new(5, 5, PeerRole.Replica, Guid.Empty, GroupId.None, place, default, 1, 1, 1);
        string address = $"127.0.0.1:{7000 + place.Index}";
        return new ReplicaView(name, address, new ReplicaStatus(address, hello, status), "");
    }
}
