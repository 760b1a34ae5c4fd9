using System.Text;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 57 (rules 8 and 9): a read waits at the barrier while its arc is frozen, served elsewhere and dropped, and a follow waits for a message of a room in it. Neither may be told that nothing is there: both
/// are told that another group serves it.
/// </summary>
internal static class ReadOfADroppedArc
{
    // More than a barrier takes, and less than drivers need to begin.
    private const long Moment = 10_000;

    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new();
        script.Append(1, script.Moving(0), "there");
        ReplyStatus? read = null;
        ReplyStatus? followed = null;
        script.Shard(1).Take(GroupReads.Query(KeyCommand.Get(Encoding.UTF8.GetBytes(script.Moving(0))).Encode()), reply => read = reply.Status);
        script.Shard(1).Take(GroupReads.Query(new FollowRoomQuery(script.Moving(1), 1, 60_000).Encode()), reply => followed = reply.Status);
        ScriptedMove.Of(script).Start().Freeze().Serve().Finish();
        script.World.Run(Moment);
        script.Expect(read == ReplyStatus.NotMyArc, $"the read is told that its arc is served elsewhere, and not {read}");
        script.Expect(followed == ReplyStatus.NotMyArc, $"so is the follow, and not {followed}");
        return script.Violations;
    }
}
