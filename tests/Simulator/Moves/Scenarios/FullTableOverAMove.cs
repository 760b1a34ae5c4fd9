using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 54 (rule 9): more sessions come with arcs than the table of the destination has room for. All of them are taken, for none is a new one, and nobody is evicted: each late copy has its result, who was there
/// goes on, and who comes new is busy until others have expired; also when the group goes on from a snapshot.
/// </summary>
internal static class FullTableOverAMove
{
    private const int Most = 40;
    private const int Coming = 20;
    private const int FirstSession = 100;
    private const long Lifetime = 60_000;

    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new(options: static options => options with { Sessions = Most });
        ClientRequest[] coming = [.. Enumerable.Range(0, Coming).Select(number => script.Request(1, FirstSession + number, 1, MoveScript.Appending(script.Moving(number), "once ")))];
        foreach (ClientRequest request in coming)
            script.Expect(script.Run(1, request).Status == ReplyStatus.Ok, "each session has run something at the source");
        string key = ArcNames.In(script.Latest.ArcsOf(new GroupId(2))[0].Number, 0);
        ClientRequest present = script.Request(2, 5, 1, MoveScript.Appending(key, "x"));
        script.Run(2, present);
        while (script.Shard(2).State.SessionCount.Used < Most - 1)
            script.Append(2, key, "x");

        ScriptedMove move = ScriptedMove.Of(script).Start().Freeze().Serve();
        script.Expect(script.Shard(2).State.SessionCount.Used > Most, "there are more sessions at the destination than it takes");
        script.Expect(script.Append(2, key, "new") == ReplyStatus.Busy, "a new one is busy");
        script.Restart(2);
        script.Expect(script.Append(2, script.Moving(0), "new") == ReplyStatus.Busy, "and busy when the group goes on from a snapshot");
        foreach (ClientRequest request in coming)
            script.Expect(script.Run(2, request).Status == ReplyStatus.Ok, "each late copy has its result");
        script.Expect(script.Run(2, present).Status == ReplyStatus.Ok, "so has what ran at the destination");
        script.Expect(script.Run(2, script.Request(2, FirstSession, 2, MoveScript.Appending(script.Moving(0), "twice"), acknowledgedBelow: 2)).Status == ReplyStatus.Ok, "a session that came goes on");

        script.Jump(2, Lifetime + 1);
        script.Append(2, key, "log time goes on");
        script.Expect(script.Append(2, key, "new") == ReplyStatus.Ok, "there is room when others have expired");
        script.Expect(script.Run(2, coming[1]).Status == ReplyStatus.Expired, "what they ran does not run again");
        move.Finish();
        return script.Violations;
    }
}
