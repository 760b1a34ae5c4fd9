using PaxosShard.Replica.Core.Group;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Snapshots;

/// <summary>Schedules 68 and 69 (rules 1 and 5): one end of the transfer of a snapshot goes in the middle of it.</summary>
internal static class TransferEnds
{
    /// <summary>The sender is killed: another replica brings the rest, or all of its own snapshot.</summary>
    public static IReadOnlyList<Violation> RunSenderDies()
    {
        Scenario scenario = new Scenario(core: Scenario.ManySnapshots).Start().DecideUpTo(4);
        scenario.LeaveBehind(2, primary: 0);
        FrameRule held = scenario.Hold(MessageKind.SnapshotPiece, to: 2, where: static message => message is SnapshotPiece { Number: 3 });
        scenario.Heal().RunUntil("r2 waits for a piece", () => held.Matched > 0);
        if (scenario.IsBroken)
            return scenario.Violations;
        return scenario.Kill(held.Held[0].From)
            .Stop(held)
            .RunUntil("the others go on", () => scenario.Primary() >= 0 && scenario.AgreeUpTo(scenario.Decided(scenario.Primary())), milliseconds: 10_000)
            .Expect(scenario.Cluster.Checks.Marks[Mark.SnapshotTaken] > 0, "r2 has taken a snapshot")
            .Violations;
    }

    /// <summary>The receiver is killed when it asks for a piece, whichever that is: what it was stays as it was, and it begins anew.</summary>
    public static IReadOnlyList<Violation> RunReceiverDiesAtPiece()
    {
        long pieces = 2;
        for (long piece = 1; piece < pieces; piece++)
        {
            long asked = piece;
            Scenario scenario = Begin().Heal();
            long stored = scenario.IsBroken ? 0 : scenario.Core(2).Accepted.Number;
            scenario.RunUntil($"r2 asks for piece {asked}", () => scenario.HasSent<SnapshotRequest>(2, request => request.Number == asked))
                .Kill(2)
                .Start(2)
                .Expect(scenario.IsBroken || scenario.Core(2).Accepted.Number >= stored, "r2 has what it had before");
            if (!HasCaughtUp(scenario))
                return scenario.Violations;
            pieces = scenario.Sent.Max(static frame => (frame.Message as SnapshotPiece)?.Count ?? 0);
        }

        return [];
    }

    /// <summary>The power of the receiver fails at a system call between the first piece and the end, whichever that is.</summary>
    public static IReadOnlyList<Violation> RunReceiverDiesAtSystemCall()
    {
        Scenario whole = Begin();
        long before = Operations(whole);
        if (!HasCaughtUp(whole.Heal()))
            return whole.Violations;
        long calls = Operations(whole) - before;
        for (long call = 1; call <= calls; call++)
        {
            Scenario scenario = Begin();
            SimulatedReplica receiver = scenario.Cluster.Replicas[2];
            receiver.Disk.Disk.CrashAtOperation = receiver.Disk.Disk.Operations + call;
            scenario.Heal()
                .RunUntil($"the power of r2 fails at call {call}", () => !receiver.IsRunning)
                .Start(2);
            if (!HasCaughtUp(scenario))
                return scenario.Violations;
        }

        return [];
    }

    private static Scenario Begin() => new Scenario(core: InAFewPieces).Start().DecideUpTo(2).LeaveBehind(2, primary: 0);

    private static GroupOptions InAFewPieces(GroupOptions options) => Scenario.ManySnapshots(options) with { SnapshotBytes = 1_000, SnapshotPieceBytes = 1_024 };

    private static bool HasCaughtUp(Scenario scenario) => !scenario
        .RunUntil("r2 has caught up", () => scenario.AgreeUpTo(scenario.Decided(0)))
        .Expect(scenario.Cluster.Checks.Marks[Mark.SnapshotTaken] > 0 || scenario.Cluster.Checks.Marks[Mark.StartFromSnapshot] > 0, "by a snapshot")
        .IsBroken;

    private static long Operations(Scenario scenario) => scenario.Cluster.Replicas[2].Disk.Disk.Operations;
}
