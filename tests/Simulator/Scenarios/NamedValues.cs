using System.Buffers.Binary;
using System.Text;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios;

/// <summary>
/// Values with names: "X" is a message with that text to a room of their own, the first one of a session that is made from the name, so that it needs
/// nothing before it. An entry is named by what it sends, so that a script can say what it expects in a slot.
/// </summary>
/// <param name="requests">The checkers are told of every value: somebody may propose it.</param>
internal sealed class NamedValues(RequestBook requests)
{
    /// <summary>The name of a no-op.</summary>
    public const string NoOp = "no-op";

    /// <summary>The room that they are sent to.</summary>
    public const string Room = "values";

    // Behind the end of every script, and not so far ahead that it would be refused.
    private const long RunsUntil = ReplicaSetting.Beginning + 600_000;

    /// <summary>The request that carries a value.</summary>
    public ClientRequest RequestOf(string name)
    {
        ClientRequest request = new(
            SessionOf(name), new SequenceNumber(1), SequenceNumber.None, new SequenceNumber(1), new SendMessageCommand(Room, "script", name).Encode())
        {
            Expiry = RunsUntil,
        };
        requests.OnSent(request);
        return request;
    }

    /// <summary>An entry with this value alone, or the no-op.</summary>
    /// <param name="name">The name of the value.</param>
    /// <param name="firstView">The view in which it was first proposed.</param>
    public Entry EntryOf(string name, View firstView)
    {
        EntryStamp stamp = new(firstView, ReplicaSetting.Beginning, ReplicaSetting.Beginning);
        if (string.Equals(name, NoOp, StringComparison.Ordinal))
            return Entry.NewNoOp(stamp);
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        builder.TryAdd(RequestOf(name));
        return builder.Build(stamp);
    }

    /// <summary>The names of the values in an entry, joined by "+"; "no-op", or "?" for anything else.</summary>
    public static string NameOf(Entry? entry)
    {
        if (entry is null)
            return "nothing";
        if (entry.IsNoOp)
            return NoOp;
        List<string> names = [];
        foreach (EntryCommand command in entry.Commands)
        {
            bool isNamed = SendMessageView.TryRead(command.Command.Span, out SendMessageView send) && Encoding.UTF8.GetString(send.Room) is Room;
            names.Add(isNamed ? Encoding.UTF8.GetString(send.Text) : "?");
        }

        return string.Join('+', names);
    }

    private static SessionId SessionOf(string name)
    {
        byte[] bytes = new byte[SessionId.Bytes];
        Encoding.UTF8.GetBytes(name, bytes);
        return new SessionId(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }
}
