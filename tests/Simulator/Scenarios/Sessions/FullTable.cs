using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios.Sessions;

/// <summary>
/// Schedule 54 (rule 9): as many sessions as may be are there, and one more comes. It is busy, nobody's window is lost and nobody's request runs again; when the
/// others have expired, it is taken in.
/// </summary>
internal static class FullTable
{
    public static IReadOnlyList<Violation> Run()
    {
        Scenario scenario = new Scenario(core: options => options with { Sessions = 2 }).Start().DecideUpTo(1);
        ScriptedClient first = scenario.NewClient();
        ScriptedClient second = scenario.NewClient();
        ScriptedClient third = scenario.NewClient();
        first.Lifetime = second.Lifetime = 300;
        long one = first.Send(0, "one");
        scenario.RunUntil("one is executed", () => first.StatusOf(one) == ReplyStatus.Ok);
        long two = second.Send(0, "two");
        scenario.RunUntil("two is executed", () => second.StatusOf(two) == ReplyStatus.Ok);
        long late = third.Send(0, "late");
        scenario.RunUntil("the third session is answered", () => third.StatusOf(late) is not null)
            .Expect(third.StatusOf(late) == ReplyStatus.Busy, "there is no room for it");

        first.Send(0, one);
        long more = second.Send(0, "more");
        scenario.RunUntil("the others are answered", () => first.RepliesTo(one).Count == 2 && second.StatusOf(more) is not null)
            .Expect(first.StatusOf(one) == ReplyStatus.Ok && second.StatusOf(more) == ReplyStatus.Ok, "their sessions are there")
            .RunFor(500);
        third.Send(0, late);
        scenario.RunUntil("the third session is answered again", () => third.RepliesTo(late).Count == 2)
            .Expect(third.StatusOf(late) == ReplyStatus.Ok, "the others have expired");
        first.Send(0, one);
        scenario.RunUntil("a late copy is answered", () => first.RepliesTo(one).Count == 3)
            .Expect(first.StatusOf(one) == ReplyStatus.Expired, "it is expired");
        long read = first.Read(0);
        return scenario.RunUntil("the room is read", () => first.TextsOf(read) is not null)
            .Expect(first.TextsOf(read) is ["one", "two", "more", "late"], "each ran once")
            .Violations;
    }
}
