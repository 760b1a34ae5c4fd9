using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Views;

/// <summary>
/// Schedules 160 and 161 (rule 6): the kernel of a killed primary closes its connections, and what it had sent on one of them is read after the end
/// of the other one was noticed. These last messages are no sign that it lives: it is left at once all the same.
/// </summary>
internal static class LastWords
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(2);
        scenario.Kill(0)
            .RunUntil("both want to leave", () => scenario.HasSent<LeaveView>(1) && scenario.HasSent<LeaveView>(2), milliseconds: 20);
        Heartbeat last = new(new View(0), new Slot(2), 0, HearsQuorum: true, new Slot(1), Slot.Zero, 0);
        return scenario.Deliver(0, 1, last)
            .Deliver(0, 2, last)
            .RunUntil("another one serves long before the time-out", () => scenario.Primary() > 0, milliseconds: 60)
            .Violations;
    }

    public static IReadOnlyList<Violation> RunOfACandidate()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(2);
        return scenario.Kill(0)
            .RunUntil("r1 claims", () => scenario.HasSent<LeaderClaim>(1), milliseconds: 60)
            .Kill(1)
            .RunFor(5)
            .Start(0)
            .RunUntil("the two that are left agree on one of them", () => scenario.Primary() is 0 or 2, milliseconds: 2_000)
            .Violations;
    }
}
