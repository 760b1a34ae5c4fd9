using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>
/// Schedule 22 (rules 3 and 9): only r1 holds "hello" and "world" of view 0, in two slots. A no-op of a later view takes the place of
/// "hello", and a view after that revives "world" alone. It stays dead, and both are sent again in their order.
/// </summary>
internal static class OrderAcrossViews
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        long slot = scenario.Decided(0) + 1;
        scenario.HoldSyncs(0);
        FrameRule toOther = scenario.Drop(MessageKind.Proposal, from: 0, to: 2);
        long hello = client.Send(0, "hello");
        scenario.RunUntil("r1 holds hello", () => scenario.HasSent<Accepted>(1, vote => vote.Slot.Number == slot));
        long world = client.Send(0, "world");
        scenario.RunUntil("r1 holds world", () => scenario.HasSent<Accepted>(1, vote => vote.Slot.Number == slot + 1))
            .Isolate(1)
            .LosePower(0)
            .Stop(toOther)
            .ReleaseSyncs(0)
            .Start(0)
            .RunUntil("r0 and r2 decide a no-op", () => scenario.Decided(0) == slot && scenario.Decided(2) == slot)
            .Expect(scenario.ValueOf(2, slot) is NamedValues.NoOp, "hello's slot holds a no-op")
            .BreakConnections(1, 0)
            .BreakConnections(1, 2)
            .Heal()
            .RunUntil("r1 hears of it", () => scenario.Decided(1) == slot)
            .Expect(scenario.ValueOf(1, slot + 1) is "?", "r1 still holds world")
            .Kill(2)
            .RunUntil("r0 and r1 revive world", () => scenario.Decided(0) > slot && scenario.AgreeUpTo(slot + 1))
            .Expect(scenario.ValueOf(0, slot + 1) is "?" && scenario.IsDead(0, slot + 1), "world's slot holds world, which is dead")
            .RunUntil("one of them serves", () => scenario.Primary() >= 0);
        if (scenario.IsBroken)
            return scenario.Violations;

        int primary = scenario.Primary();
        client.Send(primary, hello);
        client.Send(primary, world);
        scenario.RunUntil("both are answered", () => client.StatusOf(hello) == ReplyStatus.Ok && client.StatusOf(world) == ReplyStatus.Ok);
        long read = client.Read(primary);
        return scenario.RunUntil("the room is read", () => client.TextsOf(read) is not null)
            .Expect(client.TextsOf(read) is ["hello", "world"], "hello comes before world")
            .Start(2)
            .RunUntil("all agree", () => scenario.AgreeUpTo(scenario.Decided(primary)))
            .Violations;
    }
}
