using PaxosShard.Client.Core.Reads;
using PaxosShard.Client.Core.Requests;

namespace PaxosShard.Client.Core.Groups;

/// <summary>Finds out where what a group refuses has to go, because it does not serve its arc.</summary>
internal interface IArcFinder
{
    /// <summary>A group refused a request of its own client, without a trace.</summary>
    /// <param name="by">The client of the group.</param>
    /// <param name="request">The request; no copy of it is under way any more.</param>
    /// <param name="configuration">The configuration of this number or a later one says who serves the arc.</param>
    /// <param name="now">The present time.</param>
    void OnRefused(GroupClient by, Request request, long configuration, long now);

    /// <summary>A group refused a request that was sent to it under the name that it has at another one.</summary>
    /// <param name="by">The client of the group.</param>
    /// <param name="request">The request; it is a guest there.</param>
    /// <param name="configuration">As in the first one.</param>
    /// <param name="now">The present time.</param>
    void OnGuestRefused(GroupClient by, Request request, long configuration, long now);

    /// <summary>A group refused a question.</summary>
    /// <param name="by">The client of the group.</param>
    /// <param name="query">The question.</param>
    /// <param name="configuration">As in the first one.</param>
    /// <param name="now">The present time.</param>
    void OnRefused(GroupClient by, Query query, long configuration, long now);
}
