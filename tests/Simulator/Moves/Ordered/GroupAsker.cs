using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Ordered;

/// <summary>A primary that asks another group, as that one knows it: a connection on which notes come back.</summary>
/// <param name="handle">Its number, which no client has.</param>
/// <param name="take">Takes what it is told.</param>
internal sealed class GroupAsker(ClientHandle handle, Action<GroupNotes> take)
{
    /// <summary>Its number.</summary>
    public ClientHandle Handle => handle;

    /// <summary>It is told something.</summary>
    public void Take(GroupNotes notes) => take(notes);
}
