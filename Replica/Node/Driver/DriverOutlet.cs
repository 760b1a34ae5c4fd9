using System.Buffers;
using System.Text;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Faults;
using PaxosShard.Replica.Node.Transport.Clients;
using PaxosShard.Replica.Node.Transport.Groups;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Replica.Node.Transport.Peers;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Driver;

/// <summary>
/// The driver's way to the sockets: encodes each message once for all its receivers, gathers what goes to the same receiver in one turn into one
/// send, and loses what a drill wants lost. Used by the driver's thread alone.
/// </summary>
/// <param name="members">The executed member list, for the address in a redirect.</param>
/// <param name="self">Who this replica is.</param>
/// <param name="peers">The peers.</param>
/// <param name="clients">The clients.</param>
/// <param name="groups">The replicas of other groups.</param>
/// <param name="faults">The frames that are lost on purpose.</param>
/// <param name="killSwitch">Ends the process after a number of executed slots, or before a message, in drills.</param>
internal sealed class DriverOutlet(
    CurrentMembers members, ReplicaCard self, PeerSet peers, ClientTable clients, GroupLinks groups, FrameFaults faults, KillSwitch killSwitch)
    : IEngineOutlet, IDriverSockets
{
    private const int KeptBytes = 4 * 1024 * 1024;

    private readonly List<ClientConnection> _dirty = [];
    private readonly NotesByReceiver<ClientHandle> _answers = new();
    private byte[][] _addresses = AddressesIn(members.Now);
    private ArrayBufferWriter<byte> _frame = new();

    /// <inheritdoc/>
    public bool HasUnread => peers.HasUnread;

    /// <inheritdoc/>
    public void SendToPeers(List<Outgoing> messages)
    {
        Message? encoded = null;
        foreach (Outgoing outgoing in messages)
        {
            if (!faults.AreOff && faults.Lose(outgoing))
                continue;
            killSwitch.BeforeSending(outgoing.Message);
            if (!ReferenceEquals(encoded, outgoing.Message))
                Encode(encoded = outgoing.Message);
            peers.Append(outgoing.To, _frame.WrittenSpan, isBulk: outgoing.Message is CatchUpEntries or SnapshotPiece);
        }

        peers.Flush();
    }

    /// <inheritdoc/>
    public void Reply(List<Reply> replies)
    {
        foreach (Reply reply in replies)
            Append(reply.Client, reply.Message);
        FlushClients();
    }

    /// <inheritdoc/>
    public void SendToGroups(List<GroupQuestion> questions, List<GroupAnswer> answers)
    {
        groups.Ask(questions);
        foreach (GroupAnswer answer in answers)
            _answers.Add(answer.Asker, answer.Note);
        for (int index = 0; index < _answers.Count; index++)
        {
            if (faults.AreOff || !faults.LoseFrame())
                Tell(_answers.ReceiverAt(index), _answers.MessagesAt(index));
        }

        _answers.Clear();
    }

    /// <inheritdoc/>
    public void Answer(List<Reply> answers) => Reply(answers);

    /// <inheritdoc/>
    public void OnExecuted(int slots)
    {
        if (slots > 0)
            killSwitch.OnExecuted(slots);
    }

    /// <inheritdoc/>
    public void OnMembers(Members list)
    {
        members.Update(list);
        _addresses = AddressesIn(members.Now);
        peers.OnMembers();
    }

    private void Tell(ClientHandle asker, GroupNotes[] messages)
    {
        ClientConnection? connection = clients.Find(asker);
        foreach (GroupNotes notes in messages)
        {
            if (!groups.TryTell(asker, notes))
                connection?.Connection.Sender.Append(notes, self.Group);
        }

        connection?.Connection.Sender.Flush();
    }

    private static byte[][] AddressesIn(EffectiveMembers list) => [.. list.Addresses.Select(Encoding.UTF8.GetBytes)];

    private void Append(ClientHandle handle, in ClientReply reply)
    {
        if (clients.Find(handle) is not { } client)
            return;
        if (!faults.AreOff && faults.LoseFrame())
        {
            client.Lose();
            return;
        }

        client.Append(reply.Status == ReplyStatus.Redirect ? WithAddress(reply) : reply, self.Group);
        if (client.IsDirty)
            return;
        client.IsDirty = true;
        _dirty.Add(client);
    }

    private ClientReply WithAddress(in ClientReply redirect) => redirect.View < View.First
        ? redirect
        : redirect with { Payload = _addresses[redirect.View.Primary(_addresses.Length).Index] };

    private void FlushClients()
    {
        foreach (ClientConnection client in _dirty)
        {
            client.IsDirty = false;
            client.Connection.Sender.Flush();
        }

        _dirty.Clear();
    }

    private void Encode(Message message)
    {
        if (_frame.Capacity > KeptBytes)
            _frame = new ArrayBufferWriter<byte>();
        _frame.ResetWrittenCount();
        FrameWriter.Write(_frame, message, self.Group);
    }
}
