using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Ordered;

/// <summary>
/// Brings questions from one group to another, and answers back. Each may be lost, late and there twice, and none keeps its place among the others; so nothing of what groups tell each other may depend on that.
/// </summary>
/// <param name="world">What it lives in.</param>
internal sealed class GroupPost(MoveWorld world)
{
    // Far above the numbers of clients.
    private const long FirstHandle = 1L << 50;

    private long _handles = FirstHandle;

    /// <summary>Decides over a frame in a script, before it leaves: true, it is kept back, and the action brings it to where it goes.</summary>
    public Func<GroupNotes, Action, bool>? Tap { get; set; }

    /// <summary>Somebody who asks, from now on.</summary>
    /// <param name="take">Takes what is told, when it arrives.</param>
    public GroupAsker NewAsker(Action<GroupNotes> take) => new(new ClientHandle(++_handles), notes => Send(notes, () => take(notes)));

    /// <summary>Asks all replicas of a group.</summary>
    public void Ask(GroupAsker asker, in GroupQuestion question)
    {
        GroupNotes notes = new([question.Note]);
        foreach (string address in question.Addresses)
        {
            if (world.FindEnd(address) is { } end)
                Send(notes, () => Arrive(end, notes, asker));
        }
    }

    private static void Arrive(IGroupEndpoint end, GroupNotes notes, GroupAsker asker)
    {
        if (end.IsUp)
            end.Take(notes, asker);
    }

    private void Send(GroupNotes notes, Action arrive)
    {
        if (Tap?.Invoke(notes, arrive) != true)
            world.Network.Send(arrive);
    }
}
