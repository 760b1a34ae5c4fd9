using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Replica.Node;

/// <summary>The driver's view of the sockets, so that a test can note what leaves, and when. Used by the driver's thread alone.</summary>
internal interface IDriverOutlet
{
    /// <summary>Something that a peer has sent lies in a socket and was not read yet.</summary>
    bool HasUnread { get; }

    /// <summary>Sends messages to peers, each peer's in one go.</summary>
    void SendToPeers(List<Outgoing> messages);

    /// <summary>Sends replies to clients, each client's in one go; those of clients that are gone are forgotten.</summary>
    void Reply(List<Reply> replies);

    /// <summary>Answers the questions for the status among the inputs, and takes them out.</summary>
    void AnswerStatusQuestions(List<Input> inputs, ReplicaCore core);

    /// <summary>So many more slots were executed.</summary>
    void OnExecuted(int slots);
}
