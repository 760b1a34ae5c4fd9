using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Snapshots;

/// <summary>
/// Schedule 67 (rule 5): pieces of snapshots that come twice, in another order, long after the transfer they belong to, under another name or from an earlier start of their
/// sender. A piece is taken only as the next one of the snapshot that is being taken.
/// </summary>
internal static class StrayPieces
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(core: Scenario.ManySnapshots).Start().DecideUpTo(4);
        scenario.LeaveBehind(2, primary: 0)
            .Heal()
            .RunUntil("r2 has caught up", () => scenario.AgreeUpTo(scenario.Decided(0)));
        HeldFrame[] old = [.. scenario.Sent.Where(static frame => frame.To == 2 && frame.Message is SnapshotPiece)];
        Repeat(scenario, old);
        scenario.RunFor(100)
            .Expect(scenario.AgreeUpTo(scenario.Decided(0)), "a snapshot that has no more than r2 is of no use")
            .LeaveBehind(2, primary: 0);

        // In the middle of the next transfer come all pieces of the one before, and those that it has taken once more.
        FrameRule held = scenario.Hold(MessageKind.SnapshotPiece, to: 2, where: static message => message is SnapshotPiece { Number: 4 });
        scenario.Heal()
            .RunUntil("r2 waits for a piece", () => held.Matched > 0)
            .Kill(1)
            .Start(1);
        int begun = CountFirst(scenario);
        Repeat(scenario, [.. scenario.Sent.Where(static frame => frame.To == 2 && frame.Message is SnapshotPiece)]);
        return scenario.RunFor(20)
            .Deliver(held)
            .RunUntil("r2 has caught up again", () => scenario.AgreeUpTo(scenario.Decided(0)))
            .Expect(scenario.Cluster.Checks.Marks[Mark.SnapshotTaken] >= 2, "by another snapshot")
            .Expect(CountFirst(scenario) == begun, "it did not have to begin anew")
            .Decide(0, 3)
            .RunUntil("all agree", () => scenario.AgreeUpTo(scenario.Decided(0)))
            .Violations;
    }

    private static int CountFirst(Scenario scenario) => scenario.CountSent<SnapshotPiece>(to: 2, where: static piece => piece.Number == 0);

    // Backwards under their senders' names, then forwards under the names of the others.
    private static void Repeat(Scenario scenario, HeldFrame[] frames)
    {
        for (int index = frames.Length - 1; index >= 0; index--)
            scenario.Deliver(frames[index].From, frames[index].To, frames[index].Message);
        scenario.RunFor(5);
        foreach (HeldFrame frame in frames)
            scenario.Deliver(1 - frame.From, frame.To, frame.Message);
    }
}
