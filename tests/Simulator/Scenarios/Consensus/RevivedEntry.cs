using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Consensus;

/// <summary>
/// Schedule 59 (rule 3): slot 5 of r1 holds "world" of view 0; view 2, whose primary did not find it, has decided its own no-op in slot 4. The next primary finds "world"
/// and decides it: it is dead for those that were there, for r2, which learns it later, and for all of them after a restart.
/// </summary>
internal static class RevivedEntry
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario()
            .Prepare(0, disk => disk.Promised(2).AcceptedNoOps(0, 1, 3).Accepted(2, 4, NamedValues.NoOp).Decided(4))
            .Prepare(1, disk => disk.Promised(0).AcceptedNoOps(0, 1, 3).Accepted(0, 4, "hello").Accepted(0, 5, "world").Decided(3))
            .Prepare(2, disk => disk.Promised(2, owned: 2).AcceptedNoOps(0, 1, 3).Accepted(2, 4, NamedValues.NoOp).Decided(4));
        scenario.Start(0, 1)
            .RunUntil("r0 and r1 agree", () => scenario.Primary() >= 0 && scenario.AgreeUpTo(6));
        if (scenario.IsBroken)
            return scenario.Violations;
        int primary = scenario.Primary();
        ScriptedClient reader = scenario.NewClient();
        long before = reader.Read(primary, NamedValues.Room);
        scenario.Expect(scenario.ValueOf(0, 5) is "world" && scenario.IsDead(0, 5), "slot 5 holds world, which is dead")
            .RunUntil("the values are read", () => reader.TextsOf(before) is not null)
            .Expect(reader.TextsOf(before) is [], "it has not run")
            .Start(2)
            .RunUntil("r2 agrees", () => scenario.AgreeUpTo(6))
            .Send(primary, "world")
            .RunUntil("world is sent again", () => scenario.AgreeUpTo(7));
        long after = reader.Read(primary, NamedValues.Room);
        scenario.RunUntil("the values are read again", () => reader.TextsOf(after) is not null)
            .Expect(reader.TextsOf(after) is ["world"], "it has run now");
        for (int replica = 0; replica < 3; replica++)
            scenario.Kill(replica);
        return scenario.Start()
            .RunUntil("all agree after a restart", () => scenario.Primary() >= 0 && scenario.AgreeUpTo(8))
            .Violations;
    }

    /// <summary>
    /// r1 alone has stored "hello" and "world" of view 0; r0 and r2 decide the no-op of view 2 in the place of "hello" and take snapshots of that, from which r0 is started
    /// again. Then r1 revives "world": it is dead for r0, whose snapshot tells the highest first view, and for r1, which takes that snapshot.
    /// </summary>
    public static IReadOnlyList<Violation> RunBehindASnapshot()
    {
        Scenario scenario = new Scenario(core: static options => options with { SnapshotBytes = 1 }).Start().DecideUpTo(3);
        long slot = scenario.Decided(0) + 1;
        FrameRule lost = scenario.HoldSyncs(0).Drop(MessageKind.Proposal, from: 0, to: 2);
        scenario.Send(0, "hello")
            .RunFor(1)
            .Send(0, "world")
            .RunUntil("r1 holds both", () => scenario.HasSent<Accepted>(1, vote => vote.Slot.Number == slot + 1))
            .Pause(1)
            .LosePower(0)
            .ReleaseSyncs(0)
            .Stop(lost)
            .Start(0)
            .RunUntil("r2 leads and r0 has a snapshot of its no-op", () => scenario.Core(2).IsServing && scenario.SnapshotOf(0) == slot)
            .Expect(scenario.Decided(0) == slot && scenario.ValueOf(2, slot) is NamedValues.NoOp, "that is all that they have decided")
            .Kill(0)
            .Start(0)
            .RunFor(100)
            .Expect(scenario.Cluster.Checks.Marks[Mark.StartFromSnapshot] > 0, "r0 has begun from its snapshot")
            .Kill(2)
            .Resume(1)
            .RunUntil("r0 and r1 agree", () => scenario.Primary() >= 0 && scenario.AgreeUpTo(slot + 2));
        if (scenario.IsBroken)
            return scenario.Violations;
        int primary = scenario.Primary();
        ScriptedClient reader = scenario.NewClient();
        long read = reader.Read(primary, NamedValues.Room);
        return scenario.Expect(scenario.ValueOf(0, slot + 1) is "world" && scenario.ValueOf(1, slot + 1) is "world", "world was revived")
            .RunUntil("the values are read", () => reader.TextsOf(read) is not null)
            .Expect(reader.TextsOf(read)?.Contains("world", StringComparer.Ordinal) == false, "it has not run")
            .Start(2)
            .RunUntil("r2 agrees", () => scenario.AgreeUpTo(slot + 2))
            .Violations;
    }
}
