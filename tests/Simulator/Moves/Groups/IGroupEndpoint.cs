using PaxosShard.Simulator.Moves.Ordered;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Groups;

/// <summary>Where clients connect: a replica of a group, or a group as a whole.</summary>
internal interface IGroupEndpoint
{
    /// <summary>The group, as its hello says.</summary>
    GroupId Group { get; }

    /// <summary>Somebody listens there.</summary>
    bool IsUp { get; }

    /// <summary>A request arrives.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">Takes the answer; it may never come.</param>
    void Take(ClientRequest request, Action<ClientReply> answer);

    /// <summary>An operation of an ordered session arrives.</summary>
    /// <param name="request">The operation.</param>
    /// <param name="answer">Takes the answer; it may never come.</param>
    void Take(OrderedRequest request, Action<ClientReply> answer);

    /// <summary>Another group asks.</summary>
    /// <param name="notes">What it asks.</param>
    /// <param name="asker">Who is to be told, now and later.</param>
    void Take(GroupNotes notes, GroupAsker asker);
}
