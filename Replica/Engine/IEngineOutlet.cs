using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Replica.Engine;

/// <summary>Where what the engine carries out ends: sockets, simulated links, a test's list. Called in the order that the engine prescribes.</summary>
public interface IEngineOutlet
{
    /// <summary>Sends messages to peers, each peer's in one go.</summary>
    void SendToPeers(List<Outgoing> messages);

    /// <summary>Sends replies to clients, each client's in one go; those of clients that are gone are forgotten.</summary>
    void Reply(List<Reply> replies);

    /// <summary>Sends answers to questions that rest on no step of the core, as <see cref="Reply"/> does.</summary>
    void Answer(List<Reply> answers);

    /// <summary>The executed member list has changed: replicas that it replaces are not listened to any more (rule 13). Only the driver's thread calls it.</summary>
    void OnMembers(Members members);

    /// <summary>So many more slots were executed.</summary>
    void OnExecuted(int slots);
}
