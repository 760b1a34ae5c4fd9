using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 30 (rule 9): the destination has adopted the configuration, and the source has not: what it answers is not the rest, for it serves, and something is written after the answer. A naive destination takes
/// the last piece for the rest and serves.
/// </summary>
internal static class RestOfALaggingSource
{
    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new();
        script.Append(1, script.Moving(0), "one ");
        ScriptedMove move = ScriptedMove.Of(script).Start();
        move.CopyAll();
        move.Commit();
        script.Adopt(2);
        CopyArcsResult early = move.CopyAll();
        script.Expect(early is { IsFrozen: false, IsComplete: false }, "a source that serves has no rest to give");

        script.Expect(script.Append(1, script.Moving(0), "two") == ReplyStatus.Ok, "the source serves");
        script.Tell(move.Destination, move.Serving(early));
        script.Expect(GroupReads.Key(move.Destination.State, script.Moving(0)).Status == ReplyStatus.NotMyArc, "the destination does not serve by that answer");
        script.Expect(move.Copy is { State: CopyState.Discarding }, "its copy is worth nothing");

        script.Tell(move.Destination, new DiscardCopyCommand(move.Job, move.Source.Group).Encode());
        script.Adopt(1);
        script.Expect(script.Append(1, script.Moving(0), "late") == ReplyStatus.NotMyArc, "nothing runs at the source any more");
        move.Serve().Finish();
        return script.Violations;
    }
}
