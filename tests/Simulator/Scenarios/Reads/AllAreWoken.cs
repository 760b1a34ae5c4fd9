using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Reads;

/// <summary>
/// Schedule 172: several clients wait for the next message of a room. One message wakes them all, before and after a view change; a
/// primary that loses its view sends them on, and forgets whose client is gone.
/// </summary>
internal static class AllAreWoken
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(1);
        ScriptedClient author = scenario.NewClient();
        ScriptedClient[] readers = [scenario.NewClient(), scenario.NewClient(), scenario.NewClient()];
        long[] follows = [.. readers.Select(reader => reader.Follow(0, from: 1))];
        scenario.RunFor(10).Expect(readers.All(reader => reader.Replies.Count == 0), "all wait");
        readers[2].HangUp(0);
        author.Send(0, "wake up");
        scenario.RunUntil("the readers are woken", () => IsShown(readers[0], follows[0], "wake up") && IsShown(readers[1], follows[1], "wake up"), milliseconds: 20)
            .Expect(readers[2].Replies.Count == 0, "who is gone is not answered");

        follows = [.. readers.Select(reader => reader.Follow(0, from: 2))];
        scenario.Isolate(0)
            .RunUntil("another one leads", () => scenario.Core(1).IsServing || scenario.Core(2).IsServing)
            .RunUntil("the readers are told", () => readers.All(reader => reader.Replies.Count > 0 && reader.Replies[^1].Status is ReplyStatus.NoQuorum or ReplyStatus.Redirect));
        if (scenario.IsBroken)
            return scenario.Violations;
        int next = scenario.Core(1).IsServing ? 1 : 2;
        follows = [.. readers.Select(reader => reader.Follow(next, from: 2))];
        author.Send(next, "once more");
        return scenario.RunUntil("all are woken there", () => readers.Zip(follows).All(pair => IsShown(pair.First, pair.Second, "once more")), milliseconds: 20)
            .Heal()
            .RunUntil("r0 follows", () => scenario.AgreeUpTo(scenario.Decided(next)))
            .Violations;
    }

    private static bool IsShown(ScriptedClient reader, long follow, string text) =>
        reader.TextsOf(follow) is { } texts && texts.SequenceEqual([text], StringComparer.Ordinal);
}
