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
    public GroupAsker NewAsker(Action<GroupNotes> take) => new(new ClientHandle(++_handles), notes => Send(notes, () => Tell(notes, take)));

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

    /// <summary>An operation waits for the one before it.</summary>
    public void OnWaiting() => world.Marks.Reach(MoveMark.OrderedWaited);

    private static void Arrive(IGroupEndpoint end, GroupNotes notes, GroupAsker asker)
    {
        if (end.IsUp)
            end.Take(notes, asker);
    }

    private void Tell(GroupNotes notes, Action<GroupNotes> take)
    {
        if (notes.Notes.Any(static note => note is { Kind: GroupNoteKind.State, State: not OperationState.Absent }))
            world.Marks.Reach(MoveMark.OrderedToldElsewhere);
        take(notes);
    }

    private void Send(GroupNotes notes, Action arrive)
    {
        if (Tap?.Invoke(notes, arrive) != true)
            world.Network.Send(arrive);
    }
}
