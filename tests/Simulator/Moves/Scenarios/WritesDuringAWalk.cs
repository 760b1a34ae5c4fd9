using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 52 (rules 9 and 10): between two pieces of a copy keys are written, deleted and made behind its place, at it and before it, and rooms get messages; the copy is given up in the middle, and begins anew. And
/// arcs are taken, emptied, frozen, served and dropped while a snapshot is walked.
/// </summary>
internal static class WritesDuringAWalk
{
    // Two of them are more than a piece.
    private const int LargeValue = 200_000;
    private const int Keys = 9;
    private const int Room = 40;
    private const int FirstNewKey = 18;

    /// <summary>A copy, once given up in the middle.</summary>
    public static IReadOnlyList<Violation> RunCopy()
    {
        MoveScript script = Filled();
        ScriptedMove first = ScriptedMove.Of(script).Start();
        int pieces = CopyAndWrite(script, first, most: 3, step: 0);
        script.Expect(pieces == 3, "three pieces are not all");
        first.Cancel();
        Write(script, first, step: 3);

        ScriptedMove second = ScriptedMove.Of(script).Start();
        pieces = CopyAndWrite(script, second, int.MaxValue, step: 4);
        script.Expect(pieces > 3, "the copy has many places");
        second.Freeze().Serve().Finish();
        script.Expect(script.Append(2, script.Moving(0), "three") == ReplyStatus.Ok, "the destination serves");
        return script.Violations;
    }

    /// <summary>Snapshots of both groups are walked up to a place, each of all places once; then the move goes on by a step, and the walk to its end.</summary>
    public static IReadOnlyList<Violation> RunSnapshots()
    {
        MoveScript script = Filled();
        int places = RunAt(script, place: 0);
        script.Expect(places > 3, "a snapshot has many places");
        for (int place = 1; place < places && script.Violations.Count == 0; place++)
        {
            script = Filled();
            RunAt(script, place);
        }

        return script.Violations;
    }

    private static MoveScript Filled()
    {
        MoveScript script = new();
        for (int key = 0; key < Keys; key++)
            script.Append(1, script.Moving(key), new string((char)('a' + key), LargeValue));
        script.Append(1, script.Still(0), "stays");
        script.Say(1, script.Moving(Room), "first");
        return script;
    }

    /// <summary>Copies, and writes between two pieces.</summary>
    /// <returns>How many pieces were copied.</returns>
    private static int CopyAndWrite(MoveScript script, ScriptedMove move, int most, int step)
    {
        int pieces = 0;
        while (pieces < most)
        {
            CopyArcsResult answer = move.CopyOnce();
            pieces++;
            if (answer.IsWalkOver)
                break;
            Write(script, move, step + pieces);
        }

        return pieces;
    }

    private static void Write(MoveScript script, ScriptedMove move, int step)
    {
        string[] source = [.. GroupReads.Keys(move.Source.State).Where(key => script.Arcs.Contains(ArcNames.ArcOf(key).Number)).Order(StringComparer.Ordinal)];
        if (source.Length < 3)
            return;
        (string firstKey, string middle, string last) = (source[0], source[source.Length / 2], source[^1]);
        script.Append(1, firstKey, $"{step} ");
        script.Append(1, last, $"{step} ");
        if (step % 2 == 0)
            script.Delete(1, middle);
        else
            script.Append(1, middle, $"{step} ");
        script.Append(1, script.Moving(FirstNewKey + step), $"made at {step}");
        script.Say(1, script.Moving(Room), $"{step}");
    }

    /// <summary>One move that is called off and one that is carried out, each of their steps at a place of snapshots.</summary>
    /// <returns>How many places there were at most.</returns>
    private static int RunAt(MoveScript script, int place)
    {
        ScriptedMove first = ScriptedMove.Of(script).Start();
        int places = During(script, place, () => first.CopyOnce());
        places = Math.Max(places, During(script, place, () => first.Cancel()));
        ScriptedMove second = ScriptedMove.Of(script).Start();
        second.CopyOnce();
        places = Math.Max(places, During(script, place, () => Write(script, second, step: 1)));
        places = Math.Max(places, During(script, place, () => second.Freeze()));
        places = Math.Max(places, During(script, place, () => second.Serve()));
        places = Math.Max(places, During(script, place, () => second.Finish()));
        script.Expect(script.Append(2, script.Moving(0), "three") == ReplyStatus.Ok, "the destination serves");
        return places;
    }

    /// <summary>Something happens when snapshots of both groups have come to a place; an earlier one of each was given up there.</summary>
    /// <returns>How many places there were.</returns>
    private static int During(MoveScript script, int place, Action action)
    {
        GroupLog[] groups = [script.Shard(1), script.Shard(2)];
        foreach (GroupLog group in groups)
        {
            FeedTo(group, place);
            group.DropFollower();
            FeedTo(group, place);
        }

        action();
        int most = 0;
        foreach (GroupLog group in groups)
        {
            int pieces = place;
            while (!group.FeedFollower())
                pieces++;
            most = Math.Max(most, pieces);
            group.FollowerLeads();
        }

        return most;
    }

    private static void FeedTo(GroupLog group, int place)
    {
        group.BeginFollower();
        for (int piece = 0; piece < place; piece++)
            group.FeedFollower();
    }
}
