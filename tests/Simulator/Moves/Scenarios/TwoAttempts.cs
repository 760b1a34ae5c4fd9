using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 62 (rule 9): a job is called off and asked for again. What is written between the two is in no list of changes, and a piece of the first attempt comes to the second one. A naive destination, which knows
/// configuration and arcs but no job, takes it, and lacks the write.
/// </summary>
internal static class TwoAttempts
{
    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new();
        script.Append(1, script.Moving(0), "one ");
        ScriptedMove first = ScriptedMove.Of(script).Start();
        CopyArcsResult late = first.Read(default);
        first.CopyOnce();
        first.Cancel();
        first.StartAt(first.Source);
        first.StartAt(first.Destination);
        script.Expect(first.Copy is null && GroupReads.Moves(first.Source.State).Outgoing.Count == 0, "a late word begins no job that has ended");
        script.Tell(first.Destination, first.Import(pieces: 0, late));
        script.Append(1, script.Moving(0), "two");

        ScriptedMove second = ScriptedMove.Of(script).Start();
        script.Expect(second.Job > first.Job, "the second attempt has a number of its own");
        script.Tell(first.Destination, first.Import(pieces: 0, late));
        script.Tell(first.Destination, new DiscardCopyCommand(first.Job, first.Source.Group).Encode());
        script.Expect(second.Copy is { Pieces: 0, State: CopyState.Copying }, "a piece of the first attempt is none of the second");
        second.CopyAll();
        script.Tell(first.Source, new EndMovesCommand(first.Job).Encode());
        second.Freeze();
        script.Tell(first.Destination, first.Import(pieces: 1, late));
        second.Serve().Finish();
        script.Expect(script.Append(2, script.Moving(0), "three") == ReplyStatus.Ok, "the destination serves");
        return script.Violations;
    }
}
