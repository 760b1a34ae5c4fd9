using PaxosShard.Replica.Core.Execution;
using PaxosShard.Simulator.Moves.Ordered;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Groups;

/// <summary>A group, a shard's or the masters', as those outside know it.</summary>
/// <param name="group">Its number.</param>
/// <param name="addresses">Where it listens.</param>
internal abstract class SimulatedGroup(GroupId group, IReadOnlyList<string> addresses) : IGroupEndpoint
{
    /// <inheritdoc/>
    public GroupId Group => group;

    /// <summary>Where it listens.</summary>
    public IReadOnlyList<string> Addresses => addresses;

    /// <summary>What its log has built, up to the last slot that anybody has executed.</summary>
    public abstract ReplicatedState State { get; }

    /// <inheritdoc/>
    public abstract bool IsUp { get; }

    /// <summary>Log time, as its primary would stamp it now.</summary>
    public abstract long LogTimeNow { get; }

    /// <inheritdoc/>
    public abstract void Take(ClientRequest request, Action<ClientReply> answer);

    /// <inheritdoc/>
    public abstract void Take(OrderedRequest request, Action<ClientReply> answer);

    /// <inheritdoc/>
    public abstract void Take(GroupNotes notes, GroupAsker asker);
}
