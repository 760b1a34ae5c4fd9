using PaxosShard.Simulator.Checks;

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
}
