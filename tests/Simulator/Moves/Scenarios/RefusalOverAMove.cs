using System.Text;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 56 (rule 9): a request was refused for good, since the state of the source was full, and its user was told so. The arc goes to a group that has space, and a copy of it comes there: what the user was told has to
/// be true. So results go along with their arcs that say that nothing was done.
/// </summary>
internal static class RefusalOverAMove
{
    private const int StateBytes = 1_000;
    private const int Large = 700;
    private const int Small = 300;

    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new(options: static options => options with { StateBytes = StateBytes });
        script.Expect(script.Append(1, script.Still(0), new string('x', Large)) == ReplyStatus.Ok, "there is space at the source");
        ClientRequest refused = script.Request(1, session: 5, sequence: 1, KeyCommand.Put(Encoding.UTF8.GetBytes(script.Moving(0)), new byte[Small]).Encode());
        script.Expect(script.Run(1, refused).Status == ReplyStatus.Rejected, "there is none any more");

        ScriptedMove.Of(script).Start().Freeze().Serve().Finish();
        script.Expect(script.Append(2, script.Moving(1), new string('x', Small)) == ReplyStatus.Ok, "there is space at the destination");
        script.Expect(script.Run(2, refused).Status == ReplyStatus.Rejected, "a late copy gets the result that the user was told");
        script.Expect(script.Run(2, script.Request(2, session: 5, sequence: 2, KeyCommand.Put(Encoding.UTF8.GetBytes(script.Moving(2)), new byte[1]).Encode(), previous: 1)).Status == ReplyStatus.Ok, "the session goes on there");
        return script.Violations;
    }
}
