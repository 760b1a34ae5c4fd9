using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Simulator.Moves.Clients;

/// <summary>C5: the room that a client follows from its beginning, whoever serves it: each message comes once, in its place, and is the one that everybody else gets.</summary>
/// <param name="client">The client.</param>
/// <param name="room">The room.</param>
/// <param name="checks">What is true, and where findings go.</param>
internal sealed class FollowedRoom(int client, string room, MoveChecks checks)
{
    private long _next = 1;

    /// <summary>Follows it from where it has been shown everything.</summary>
    public Follow Begin() => new(room, _next);

    /// <summary>Messages came.</summary>
    public void Take(IReadOnlyList<RoomMessage> messages)
    {
        IReadOnlyList<string> texts = checks.Ghost.TextsOf(room);
        foreach (RoomMessage message in messages)
        {
            if (message.Number != _next)
                checks.Violations.Report("C5", $"client {client} follows {room} and gets message {message.Number} where {_next} comes next");
            else if (_next > texts.Count || !string.Equals(texts[(int)_next - 1], message.Text, StringComparison.Ordinal))
                checks.Violations.Report("C5", $"client {client} follows {room} and gets as message {_next} {message.Text}, which it is not");
            _next++;
        }
    }

    /// <summary>It never ends by itself.</summary>
    public void OnEnded(in Completion completion) =>
        checks.Violations.Report("C7", $"client {client} follows {room} no more: {completion.Outcome} {completion.Reason}");

    /// <summary>At rest: nothing is missing.</summary>
    public void CheckEnd()
    {
        int count = checks.Ghost.TextsOf(room).Count;
        if (_next != count + 1)
            checks.Violations.Report("C5", $"client {client} follows {room} and has {_next - 1} of {count} messages when all is at rest");
        else if (count > 0)
            checks.Marks.Reach(MoveMark.FollowedToTheEnd);
    }
}
