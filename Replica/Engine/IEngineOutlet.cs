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

    /// <summary>
    /// Asks other groups, and tells those that have asked, what becomes of operations of ordered sessions. Whatever of it is lost is asked again: unless an outlet says otherwise it knows no other group, and all is.
    /// </summary>
    /// <param name="questions">Questions to whoever leads a group: to all of its replicas, of which the others do not answer.</param>
    /// <param name="answers">Answers, each on the connection of its question.</param>
    void SendToGroups(List<GroupQuestion> questions, List<GroupAnswer> answers)
    {
        // Nobody is there.
    }

    /// <summary>The executed member list has changed: replicas that it replaces are not listened to any more (rule 13). Only the driver's thread calls it.</summary>
    void OnMembers(Members members);

    /// <summary>So many more slots were executed.</summary>
    void OnExecuted(int slots);
}
