using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Snapshots;

/// <summary>Schedules 65, 66 and 73 (rules 3 and 5): a replica lacks what the others have in no log any more.</summary>
internal static class LeftBehind
{
    // While a snapshot is sent another one is taken only when the log has become four times as long as it takes otherwise.
    private const int Rounds = 60;

    /// <summary>While r2 waits for a piece of a snapshot its sender publishes two more, so that the one that r2 was taking is gone: r2 begins with the newest one.</summary>
    public static IReadOnlyList<Violation> RunTwoSnapshots()
    {
        Scenario scenario = Begin().LeaveBehind(2, primary: 0);
        FrameRule held = scenario.Hold(MessageKind.SnapshotPiece, to: 2, where: static message => message is SnapshotPiece { Number: 3 });
        scenario.Heal().RunUntil("r2 waits for a piece", () => held.Matched > 0);
        for (int snapshots = 0; snapshots < 2; snapshots++)
        {
            long before = scenario.IsBroken ? 0 : scenario.SnapshotOf(0);
            for (int round = 0; round < Rounds && !scenario.IsBroken && scenario.SnapshotOf(0) == before; round++)
                scenario.Decide(0, 2).RunFor(20);
            scenario.Expect(scenario.IsBroken || scenario.SnapshotOf(0) > before, "r0 publishes another one");
        }

        return scenario.Deliver(held)
            .RunUntil("r2 has caught up", () => scenario.AgreeUpTo(scenario.Decided(0)))
            .Expect(scenario.CountSent<SnapshotPiece>(to: 2, where: static piece => piece.Number == 0) > 1, "it began anew")
            .Expect(scenario.SnapshotOf(2) > 0 && scenario.BaseOf(2) > 0, "it has taken a snapshot")
            .Violations;
    }

    /// <summary>r2 is cut off, taken up by a snapshot, cut off and taken up again.</summary>
    public static IReadOnlyList<Violation> RunTwice()
    {
        Scenario scenario = Begin();
        for (int times = 1; times <= 2 && !scenario.IsBroken; times++)
        {
            scenario.LeaveBehind(2, primary: 0)
                .Heal()
                .RunUntil("r2 has caught up", () => scenario.AgreeUpTo(scenario.Decided(0)))
                .Expect(scenario.Cluster.Checks.Marks[Mark.SnapshotTaken] >= times, "by a snapshot");
        }

        return scenario.Kill(0)
            .RunUntil("the others go on", () => scenario.Primary() > 0 && scenario.AgreeUpTo(scenario.Decided(scenario.Primary())))
            .Violations;
    }

    /// <summary>
    /// r0 has proposed in view 0 what nobody received, and comes back when the others have gone on and have in their logs nothing of what it lacks: it follows with their
    /// snapshot, and what it had proposed is gone.
    /// </summary>
    public static IReadOnlyList<Violation> RunOldPrimary()
    {
        Scenario scenario = Begin();
        scenario.Send(0, "unheard")
            .Isolate(0)
            .RunUntil("r1 leads", () => scenario.Core(1).IsServing)
            .LeaveBehind(0, primary: 1)
            .Expect(scenario.ValueOf(0, scenario.Decided(0) + 1) is "unheard", "r0 has voted for its own proposal")
            .Heal()
            .RunUntil("r0 has caught up", () => scenario.AgreeUpTo(scenario.Decided(1)))
            .Expect(scenario.View(0) == scenario.View(1), "it follows")
            .Expect(scenario.Cluster.Checks.Marks[Mark.SnapshotTaken] > 0, "by a snapshot");
        if (scenario.IsBroken)
            return scenario.Violations;
        ScriptedClient reader = scenario.NewClient();
        long read = reader.Read(1, NamedValues.Room);
        return scenario.RunUntil("the values are read", () => reader.TextsOf(read) is not null)
            .Expect(reader.TextsOf(read)?.Contains("unheard", StringComparer.Ordinal) == false, "what nobody had received has not run")
            .Violations;
    }

    private static Scenario Begin() => new Scenario(core: Scenario.ManySnapshots).Start().DecideUpTo(4);
}
