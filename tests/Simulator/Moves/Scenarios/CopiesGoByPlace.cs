using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 29 (rule 9): what was copied changes, and what comes next is a place in what there is, never the number of a piece. A naive copy throws away what is copied once more as a piece that it has; or leaves
/// something out, since pieces of another replica of the source end elsewhere.
/// </summary>
internal static class CopiesGoByPlace
{
    // Two of them are more than a piece.
    private const int LargeValue = 200_000;
    private const int Keys = 9;

    /// <summary>A key that was copied is written, another one deleted, and the piece of before comes late once more.</summary>
    public static IReadOnlyList<Violation> RunChangedBehind()
    {
        MoveScript script = new();
        script.Append(1, script.Moving(0), "old ");
        script.Append(1, script.Moving(1), "gone ");
        ScriptedMove move = ScriptedMove.Of(script).Start();
        CopyArcsResult first = move.CopyOnce();
        script.Expect(first.IsWalkOver, "everything is copied once");

        script.Append(1, script.Moving(0), "new");
        script.Delete(1, script.Moving(1));
        script.Tell(move.Destination, move.Import(pieces: 0, first));
        script.Tell(move.Destination, move.Import(pieces: 7, first));
        script.Expect(move.Copy is { Pieces: 1 }, "a piece is taken once, and in its place");
        move.CopyAll();
        script.Tell(move.Destination, move.Import(pieces: 0, first));
        move.Freeze().Serve().Finish();
        script.Expect(GroupReads.Key(move.Destination.State, script.Moving(0)).Status == ReplyStatus.Ok, "the destination serves");
        return script.Violations;
    }

    /// <summary>The source loses its primary between two pieces, and something that was copied is gone when the next one goes on.</summary>
    public static IReadOnlyList<Violation> RunOtherReplica()
    {
        MoveScript script = new();
        for (int key = 0; key < Keys; key++)
            script.Append(1, script.Moving(key), new string((char)('a' + key), LargeValue));
        ScriptedMove move = ScriptedMove.Of(script).Start();
        script.Expect(move.CopyOnce() is { IsWalkOver: false }, "one piece is not all");

        string copied = GroupReads.Keys(move.Source.State).First(key => script.Arcs.Contains(ArcNames.ArcOf(key).Number));
        script.Delete(1, copied);
        script.Restart(1);
        script.Expect(move.CopyOnce() is { IsWalkOver: false }, "two pieces are not all");
        script.Restart(1);
        script.Restart(2);
        move.CopyAll();
        move.Freeze().Serve().Finish();
        script.Expect(GroupReads.Keys(move.Destination.State).Count(key => script.Arcs.Contains(ArcNames.ArcOf(key).Number)) == Keys - 1, "all keys but the one that was deleted have come");
        return script.Violations;
    }
}
