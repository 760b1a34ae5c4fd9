using PaxosShard.Replica.Core.Group;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Steps;

/// <summary>Fills the effects of a step and numbers its records, so that what rests on a record can wait for it (rule 1).</summary>
/// <param name="options">The group.</param>
/// <param name="effects">What is filled.</param>
internal sealed class Outbox(GroupOptions options, Effects effects)
{
    /// <summary>Number of the last record handed out.</summary>
    public RecordNumber RecordsThrough { get; private set; }

    /// <summary>Number of the last record known to be durable.</summary>
    public RecordNumber SyncedThrough { get; private set; }

    /// <summary>Hands out a record and returns its number.</summary>
    public RecordNumber Add(in Record record)
    {
        effects.Records.Add(record);
        return effects.RecordsThrough = RecordsThrough = RecordsThrough.Next;
    }

    /// <summary>The disk has everything up to this record.</summary>
    public void OnSynced(RecordNumber record) => SyncedThrough = RecordNumber.Max(SyncedThrough, record);

    /// <summary>Sends a message that rests on nothing unsynced.</summary>
    public void SendNow(ReplicaId to, Message message) => effects.MessagesNow.Add(new Outgoing(to, message));

    /// <summary>Sends a message once every record handed out so far is durable.</summary>
    public void SendAfterSync(ReplicaId to, Message message) => effects.MessagesAfterSync.Add(new Outgoing(to, message));

    /// <summary>Sends to every other replica a message that rests on nothing unsynced.</summary>
    public void BroadcastNow(Message message) => Broadcast(message, effects.MessagesNow);

    /// <summary>Sends to every other replica a message once every record handed out so far is durable.</summary>
    public void BroadcastAfterSync(Message message) => Broadcast(message, effects.MessagesAfterSync);

    /// <summary>Hands out a piece of a snapshot to be written.</summary>
    public void Write(in PieceToWrite piece) => effects.PiecesToWrite.Add(piece);

    /// <summary>Has a piece of the durable snapshot read and sent.</summary>
    public void Send(in PieceToSend piece) => effects.PiecesToSend.Add(piece);

    /// <summary>The replies of this step.</summary>
    public List<Reply> Replies => effects.Replies;

    /// <summary>Answers a client.</summary>
    public void Reply(ClientHandle client, in ClientReply reply) => effects.Replies.Add(new Reply(client, reply));

    /// <summary>Asks another group.</summary>
    public void Ask(in GroupQuestion question) => effects.Questions.Add(question);

    /// <summary>Tells another group.</summary>
    public void Tell(in GroupAnswer answer) => effects.Answers.Add(answer);

    /// <summary>Answers a request that was not executed, with nothing but a status.</summary>
    public void Refuse(ClientHandle client, SessionId session, SequenceNumber sequence, ReplyStatus status, View view) =>
        Reply(client, new ClientReply(session, sequence, status, view, ReadOnlyMemory<byte>.Empty));

    private void Broadcast(Message message, List<Outgoing> messages)
    {
        for (int index = 0; index < options.ReplicaCount; index++)
        {
            if (index != options.Self.Index)
                messages.Add(new Outgoing(new ReplicaId(index), message));
        }
    }
}
