using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Disk;

/// <summary>
/// Schedules 158 and 159 (rules 1 and 3): the disk of r2 loses the end of its log, so that nobody can tell in which slots it had voted. X in
/// slot 4 rests on the votes of r1 and r2 in view 1. The end is open until r2 has accepted what the primary of a later view inherited, and
/// that this is over is durable before anybody is told.
/// </summary>
internal static class OpenEnd
{
    /// <summary>Schedule 158: while it is open r2 does not count; it is closed by the next view, for good.</summary>
    public static IReadOnlyList<Violation> RunClosed()
    {
        Scenario scenario = Lost();
        scenario.Kill(1)
            .Start(0, 2)
            .RunFor(2_000)
            .Expect(scenario.Primary() < 0, "r0 and r2 cannot know what stood in slot 4")
            .Start(1)
            .RunUntil("the end is closed, durably", () => !IsOpen(scenario))
            .RunUntil("all agree", () => scenario.Primary() >= 0 && scenario.AgreeUpTo(5))
            .Expect(scenario.ValueOf(2, 4) is "X", "slot 4 is X");

        scenario.Kill(2)
            .Start(2)
            .Expect(!IsOpen(scenario), "the end is not open again after a restart")
            .Kill(1);
        long decided = scenario.Decided(0);
        return scenario.RunUntil("r0 and r2 go on without r1", () => scenario.Primary() >= 0 && scenario.AgreeUpTo(decided + 1))
            .Violations;
    }

    /// <summary>Schedule 158: the power fails when r2 has closed the end in memory and not on its disk.</summary>
    public static IReadOnlyList<Violation> RunPowerFailure()
    {
        Scenario scenario = Lost();
        scenario.Start(0, 2)
            .HoldSyncs(2)
            .BreakConnections(1, 0)
            .Kill(1)
            .Start(1);
        scenario.RunUntil("r2 promises a later view", () => scenario.View(2) > 1)
            .ReleaseSyncs(2)
            .RunUntil("r2 closes the end", () => IsClosing(scenario))
            .Expect(IsOpen(scenario), "which is not durable yet")
            .LosePower(2)
            .Start(2)
            .Expect(IsOpen(scenario), "after the power failure the end is open");
        return scenario.RunUntil("all agree", () => scenario.Primary() >= 0 && scenario.AgreeUpTo(5))
            .Expect(scenario.ValueOf(2, 4) is "X", "slot 4 is X")
            .Violations;
    }

    /// <summary>Schedule 159: in view 1 the end stays open, although r2 has everything again that its primary inherited: X was voted for behind that.</summary>
    public static IReadOnlyList<Violation> RunInTheSameView()
    {
        Scenario scenario = Lost();
        FrameRule proposals = scenario.Drop(MessageKind.Proposal, to: 2);
        FrameRule answers = scenario.Drop(MessageKind.CatchUpEntries, to: 2);
        scenario.Start(2).RunFor(2);
        long decided = scenario.Decided(2);
        Entry[] inherited = [.. Enumerable.Range((int)decided + 1, 3 - (int)decided).Select(slot => scenario.Core(1).Stored(new Slot(slot))!.Value.Entry)];
        scenario.Deliver(1, 2, new CatchUpEntries(new Slot(decided + 1), new Slot(3), inherited))
            .RunFor(60)
            .Expect(scenario.Decided(2) == 3 && scenario.View(2) == 1, "r2 has what view 1 inherited, in view 1")
            .Expect(IsOpen(scenario), "and its end is open")
            .Kill(1)
            .Stop(proposals)
            .Stop(answers)
            .Start(0)
            .RunFor(2_000)
            .Expect(scenario.Primary() < 0, "r0 and r2 cannot know what stood in slot 4");
        return scenario.Start(1)
            .RunUntil("all agree", () => scenario.Primary() >= 0 && scenario.AgreeUpTo(5))
            .Expect(scenario.ValueOf(2, 4) is "X", "slot 4 is X")
            .Violations;
    }

    /// <summary>Schedule 159: r2 hears the primary of a later view, and has not accepted yet what that one inherited.</summary>
    public static IReadOnlyList<Violation> RunBeforeWhatWasInherited()
    {
        Scenario scenario = Lost();
        FrameRule proposals = scenario.Drop(MessageKind.Proposal, to: 2);
        FrameRule answers = scenario.Drop(MessageKind.CatchUpEntries, to: 2);
        scenario.Drop(MessageKind.LeaderClaim, from: 2);
        scenario.Kill(1)
            .Start(0, 1, 2)
            .RunUntil("r0 or r1 leads a later view", () => scenario.Primary() is 0 or 1 && scenario.View(2) > 1)
            .RunFor(60)
            .Expect(IsOpen(scenario), "the end of r2 is open");
        return scenario.Stop(proposals)
            .Stop(answers)
            .RunUntil("the end is closed, durably", () => !IsOpen(scenario))
            .RunUntil("all agree", () => scenario.Primary() >= 0 && scenario.AgreeUpTo(5))
            .Expect(scenario.ValueOf(2, 4) is "X", "slot 4 is X")
            .Violations;
    }

    /// <summary>View 1 has decided a no-op in slot 3 and X in slot 4, by r1 and r2; r1 still leads it, r0 is down, and so is r2, whose end is lost.</summary>
    private static Scenario Lost()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(2).Kill(0);
        return scenario.RunUntil("r1 leads view 1", () => scenario.Primary() == 1 && scenario.View(1) == 1)
            .RunUntil("slot 3 is decided", () => scenario.AgreeUpTo(3))
            .Send(1, "X")
            .RunUntil("X is decided", () => scenario.AgreeUpTo(4))
            .RunFor(30)
            .Kill(2)
            .LoseEnd(2);
    }

    private static bool IsOpen(Scenario scenario) => scenario.Cluster.Checks.ImageOf(2).FaultyFrom != long.MaxValue;

    private static bool IsClosing(Scenario scenario) =>
        scenario.Cluster.Checks.ImageOf(2).Pending.Any(record => record.Kind == RecordKind.OpenEndClosed);
}
