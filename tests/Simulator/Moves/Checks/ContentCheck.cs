using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Checks;

/// <summary>C1, C5, M4 and M5: whoever serves an arc has exactly what is true in it, answers just that, and nobody else has anything of it in the end.</summary>
/// <param name="violations">Takes findings.</param>
/// <param name="marks">What was reached.</param>
/// <param name="ghost">What is true.</param>
internal sealed class ContentCheck(ViolationLog violations, MoveMarks marks, Ghost ghost)
{
    /// <summary>C1: a change has run: what is there now is what is true.</summary>
    public void CheckChanged(SimulatedGroup log, ReadOnlySpan<byte> command)
    {
        string name = Encoding.UTF8.GetString(CommandPart.NameIn(command));

        // The number that a message gets is checked with its result.
        if ((CommandKind)command[0] != CommandKind.SendMessage)
            CheckKey(log, name, "after a change");
    }

    /// <summary>M5: arcs are served by another group from now on: all that is true in them is there, and nothing else.</summary>
    public void CheckArcs(SimulatedGroup log, Predicate<Arc> isIn)
    {
        CheckNames(log, "keys", GroupReads.Keys(log.State), ghost.Keys, isIn);
        CheckNames(log, "rooms", GroupReads.Rooms(log.State), ghost.Rooms, isIn);
        foreach (string key in ghost.Keys.Where(key => isIn(ArcNames.ArcOf(key))))
            CheckKey(log, key, "when it begins to serve it");
        foreach (string room in ghost.Rooms.Where(room => isIn(ArcNames.ArcOf(room))))
        {
            if (!GroupReads.Texts(log.State, room).SequenceEqual(ghost.TextsOf(room), StringComparer.Ordinal))
                violations.Report("M5", $"{log.Group} has other messages in {room} when it begins to serve it than were sent");
        }
    }

    /// <summary>M4: what a group holds, in bytes, is what is true in the arcs that it serves.</summary>
    public void CheckBytes(SimulatedGroup log, Predicate<Arc> isServed)
    {
        long expected = ghost.BytesIn(isServed);
        long found = log.State.Machine.Occupancy.Used;
        if (found != expected)
            violations.Report("M4", $"{log.Group} at rest holds {found} bytes, and what it serves has {expected}");
    }

    /// <summary>C1, C5: a client is answered a question.</summary>
    /// <param name="log">The group that answers.</param>
    /// <param name="query">The question.</param>
    /// <param name="reply">The answer.</param>
    /// <param name="since">When the question arrived: any state from then on will do.</param>
    /// <param name="mayFollowBeOld">
    /// The group has replicas, and a follow waits for no echoes: a primary that does not know yet that another one leads tells it what it has, which is true and may be older than the question.
    /// </param>
    public void OnRead(SimulatedGroup log, in ClientRequest query, in ClientReply reply, long since, bool mayFollowBeOld)
    {
        CommandKind kind = (CommandKind)query.Command.Span[0];
        if (kind is not (CommandKind.GetKey or CommandKind.ReadHistory or CommandKind.FollowRoom))
            return;
        if (reply.Status == ReplyStatus.NotMyArc)
        {
            marks.Reach(kind == CommandKind.FollowRoom ? MoveMark.FollowTurnedAway : MoveMark.NotMyArc);
            return;
        }

        string name = Encoding.UTF8.GetString(CommandPart.NameIn(query.Command.Span));
        if (reply.Status != ReplyStatus.Ok)
            violations.Report("C4", $"{log.Group} answers a question about {name} with {reply.Status}");
        else if (kind == CommandKind.GetKey)
            CompareAnswer(log, name, reply.Payload.Span, since);
        else
            CompareMessages(log, name, HistoryResult.Decode(reply.Payload.Span), kind == CommandKind.FollowRoom && mayFollowBeOld ? 0 : since);
    }

    private void CheckNames(SimulatedGroup log, string what, IEnumerable<string> found, IEnumerable<string> expected, Predicate<Arc> isIn)
    {
        string[] here = [.. found.Where(name => isIn(ArcNames.ArcOf(name))).Order(StringComparer.Ordinal)];
        string[] there = [.. expected.Where(name => isIn(ArcNames.ArcOf(name)))];
        if (!here.SequenceEqual(there, StringComparer.Ordinal))
            violations.Report("M5", $"{log.Group} has the {what} {string.Join(' ', here.Except(there, StringComparer.Ordinal))} too much and lacks {string.Join(' ', there.Except(here, StringComparer.Ordinal))} when it begins to serve them");
    }

    private void CheckKey(SimulatedGroup log, string key, string when)
    {
        ClientReply reply = GroupReads.Key(log.State, key);

        // It may have been given up behind the change, in the same entry.
        if (reply.Status != ReplyStatus.NotMyArc)
            CompareKey(log, key, reply.Payload.Span, when);
    }

    private void CompareKey(SimulatedGroup log, string key, ReadOnlySpan<byte> answer, string when)
    {
        KeyResult result = KeyResult.Decode(answer);
        byte[]? value = ghost.FindValue(key);
        bool isThere = result.Outcome == KeyOutcome.Done;
        if (isThere != (value is not null) || !result.Value.Span.SequenceEqual(value))
            violations.Report("C1", $"{log.Group} has {Describe(isThere ? result.Value.Span : default, isThere)} at {key} {when}, and it is {Describe(value, value is not null)}");
    }

    // Any value that the key has had since the question arrived will do.
    private void CompareAnswer(SimulatedGroup log, string key, ReadOnlySpan<byte> answer, long since)
    {
        KeyResult result = KeyResult.Decode(answer);
        byte[]? found = result.Outcome == KeyOutcome.Done ? result.Value.ToArray() : null;
        if (!ghost.ValuesSince(key, since).Any(value => found is null ? value is null : value is not null && value.AsSpan().SequenceEqual(found)))
            CompareKey(log, key, answer, "as an answer");
    }

    private void CompareMessages(SimulatedGroup log, string room, HistoryResult result, long since)
    {
        IReadOnlyList<string> texts = ghost.TextsOf(room);
        if (result.Last > texts.Count || result.Last < ghost.CountOf(room, since))
            violations.Report("C5", $"{log.Group} says that {room} ends with message {result.Last}, and it does with {texts.Count}");
        foreach (RoomMessage message in result.Messages)
        {
            if (message.Number > texts.Count || !string.Equals(texts[(int)message.Number - 1], message.Text, StringComparison.Ordinal))
                violations.Report("C5", $"{log.Group} has {message.Text} as message {message.Number} of {room}, which it is not");
        }
    }

    private static string Describe(ReadOnlySpan<byte> value, bool isThere)
    {
        const int Shown = 60;
        if (!isThere)
            return "nothing";
        return value.Length <= Shown ? Encoding.UTF8.GetString(value) : $"{value.Length} bytes that end with {Encoding.UTF8.GetString(value[^Shown..])}";
    }
}
