using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Replacements;

/// <summary>
/// Schedule 194 (rules 3 and 13): r1 alone has stored a replacement of view 0; view 2 has decided its own no-op below it without having found it. The next primary revives it: it is dead, nobody is
/// replaced, and the group goes on in its view. Asked for once more it is made.
/// </summary>
internal static class DeadReplacement
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(newcomers: 1).Start().DecideUpTo(3);
        long slot = scenario.IsBroken ? 0 : scenario.Decided(0) + 1;
        int newcomer = scenario.Newcomer(2);
        FrameRule lost = scenario.HoldSyncs(0).Drop(MessageKind.Proposal, from: 0, to: 2);
        CoreClient client = scenario.Send(0, "hello").RunFor(1).NewCoreClient();
        Request request = client.Replace(scenario.ReplacementBy(newcomer, list: 0));
        scenario.RunUntil("r1 holds the replacement", () => scenario.HasSent<Accepted>(1, vote => vote.Slot.Number == slot + 1));
        client.Holds = static _ => true;
        scenario.Pause(1)
            .LosePower(0)
            .ReleaseSyncs(0)
            .Stop(lost)
            .Start(0)
            .RunUntil("r2 leads, and has decided its no-op", () => scenario.Core(2).IsServing && scenario.Decided(0) == slot, milliseconds: 10_000)
            .Expect(scenario.ValueOf(2, slot) is NamedValues.NoOp, "in the place of what r1 holds below the replacement")
            .Kill(2)
            .Resume(1)
            .RunUntil("r0 and r1 agree", () => scenario.Primary() >= 0 && scenario.AgreeOn(slot + 2, 0, 1), milliseconds: 10_000);
        if (scenario.IsBroken)
            return scenario.Violations;
        scenario.Expect(scenario.Core(0).Stored(new(slot + 1)) is { Entry.ReplacesMember: true } && scenario.IsDead(0, slot + 1), "the replacement was revived, and is dead")
            .Expect(scenario.List(0) == 0 && scenario.List(1) == 0, "nobody was replaced");
        client.Holds = null;
        return scenario.RunUntil("it is made now", () => client.OutcomeOf(request) is not null, milliseconds: 10_000)
            .Expect(client.OutcomeOf(request) is Outcome.Done, $"it was not refused: {client.ReasonOf(request)}")
            .GoOn(2, 0, 1, newcomer)
            .Violations;
    }
}
