using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>An operation in the waiting room, with everybody who wants to hear of it.</summary>
/// <param name="ordered">The copy that came first.</param>
/// <param name="tick">When it came.</param>
public sealed class WaitingOperation(OrderedRequest ordered, long tick)
{
    /// <summary>Most connections that are answered for it; one more takes the place of the first, which is told to send again.</summary>
    public const int MostClients = 4;

    /// <summary>What it is known by.</summary>
    public OperationName Name { get; } = new(ordered.Request.Session, ordered.Request.Sequence);

    /// <summary>The request.</summary>
    public ClientRequest Request => ordered.Request;

    /// <summary>The arc of its predecessor.</summary>
    public Arc PredecessorArc { get; } = new(ordered.PredecessorArc);

    /// <summary>Bytes of its command.</summary>
    public int Bytes => ordered.Request.Command.Length;

    /// <summary>When it came, or when its newest copy did.</summary>
    public long Tick { get; set; } = tick;

    /// <summary>When it was looked at last.</summary>
    public long ReviewedTick { get; set; } = tick;

    /// <summary>The token that other groups were told it will have; null when none was (ordered rule M13).</summary>
    public PlacementToken? Promise { get; set; }

    /// <summary>It could not be promised one, because others want its name.</summary>
    public bool HasConflict { get; set; }

    /// <summary>Who sent copies of it, each as often as it did.</summary>
    public List<ClientHandle> Clients { get; } = [];

    /// <summary>Its copies, as they are answered.</summary>
    public IEnumerable<WaitingRequest> Copies => Clients.Select(client => new WaitingRequest(client, Request));
}
