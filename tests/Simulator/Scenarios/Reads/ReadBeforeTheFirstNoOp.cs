using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Reads;

/// <summary>Rule 8: a new primary does not know how far its predecessor had decided until the no-op of its own view is decided; a read waits for that.</summary>
internal static class ReadBeforeTheFirstNoOp
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start();
        ScriptedClient client = ReadStory.SendOne(scenario);

        // r0 acknowledges "two" and dies before the others hear that it is decided.
        scenario.Drop(MessageKind.Heartbeat, from: 0);
        long two = client.Send(0, "two");
        scenario.RunUntil("\"two\" is acknowledged", () => client.StatusOf(two) == ReplyStatus.Ok)
            .Kill(0);
        FrameRule votes = scenario.Hold(MessageKind.Accepted);
        FrameRule votesInBeats = scenario.Hold(
            MessageKind.HeartbeatAnswer, where: message => message is HeartbeatAnswer answer && answer.AcceptedThrough > answer.Decided);
        scenario.RunUntil("somebody proposes in a new view", () => scenario.HasSent<Proposal>(where: proposal => proposal.View.Number > 0));
        int primary = scenario.HasSent<Proposal>(from: 1) ? 1 : 2;
        long read = client.Read(primary);
        scenario.RunFor(40);
        ReadStory.ExpectFresh(scenario, client, read);
        return scenario.Stop(votesInBeats)
            .Deliver(votes)
            .RunUntil("the others agree", () => scenario.AgreeUpTo(5))
            .Violations;
    }
}
