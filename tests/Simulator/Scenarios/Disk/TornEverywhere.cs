using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Disk;

/// <summary>
/// Schedules 24 and 25 (the log on disk): all replicas lose power in the same write, which tears the end of every log. The end
/// is cut and the logs go on: at a later start the tear must not pass for rot, and any two of the three must be enough.
/// </summary>
internal static class TornEverywhere
{
    /// <summary>More than two blocks of the disk: a power failure tears the batch in its middle.</summary>
    private const int LongText = 9_000;

    public static IReadOnlyList<Violation> RunOnce() => RunAll(failures: 1);

    public static IReadOnlyList<Violation> RunTwiceInARow() => RunAll(failures: 2);

    public static IReadOnlyList<Violation> RunWithTwoOfThree()
    {
        List<Violation> found = [];
        for (int absent = 0; absent < 3; absent++)
        {
            Scenario scenario = Tear(Unsynced.CutShort, out long slot);
            found.AddRange(GoOn(scenario.Start((absent + 1) % 3, (absent + 2) % 3), slot).Start(absent)
                .RunUntil($"r{absent} follows", () => scenario.AgreeUpTo(slot))
                .Violations);
        }

        return found;
    }

    private static List<Violation> RunAll(int failures)
    {
        List<Violation> found = [];
        foreach (Unsynced fate in Enum.GetValues<Unsynced>())
        {
            Scenario scenario = Tear(fate, out long slot);
            for (int failure = 1; failure < failures; failure++)
                scenario.Start().LosePowerEverywhere(fate);
            GoOn(scenario.Start(), slot).RunFor(50).LosePowerEverywhere();
            found.AddRange(GoOn(scenario.Start(), slot).Violations);
        }

        return found;
    }

    /// <summary>Three long messages are in every log and synced in none when the power fails.</summary>
    private static Scenario Tear(Unsynced fate, out long slot)
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient client = scenario.NewClient();
        slot = scenario.Decided(0);
        scenario.RunFor(50).HoldSyncs(0).HoldSyncs(1).HoldSyncs(2);
        for (int send = 0; send < 3; send++)
        {
            client.Send(0, new string('x', LongText), $"room {send}");
            scenario.RunFor(1);
        }

        return scenario.RunFor(5)
            .Expect(scenario.CountSent<Proposal>(0, proposal => proposal.Slot > scenario.Core(0).Decided, to: 1) >= 3, "three slots are under way")
            .LosePowerEverywhere(fate)
            .ReleaseSyncs(0)
            .ReleaseSyncs(1)
            .ReleaseSyncs(2);
    }

    private static Scenario GoOn(Scenario scenario, long slot) => scenario
        .RunUntil("one of them serves", () => scenario.Primary() >= 0)
        .RunUntil("the others follow", () => scenario.AgreeUpTo(slot + 1));
}
