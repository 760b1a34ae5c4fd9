using System.Text;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios;

/// <summary>
/// Values with names: "X" is the opening of a session whose nonce is made from its name, a command that needs nothing before
/// it. An entry is named by what it opens, so that a script can say what it expects in a slot.
/// </summary>
/// <param name="requests">The checkers are told of every value: somebody may propose it.</param>
internal sealed class NamedValues(RequestBook requests)
{
    /// <summary>The name of a no-op.</summary>
    public const string NoOp = "no-op";

    /// <summary>The request that carries a value.</summary>
    public ClientRequest RequestOf(string name)
    {
        ClientRequest request = new(
            SessionId.None, new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, new OpenSessionCommand(NonceOf(name)).Encode());
        requests.OnSent(request);
        return request;
    }

    /// <summary>An entry with this value alone, or the no-op.</summary>
    public Entry EntryOf(string name)
    {
        if (string.Equals(name, NoOp, StringComparison.Ordinal))
            return Entry.NoOp;
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        builder.TryAdd(RequestOf(name));
        return builder.Build(timestamp: 1_700_000_000_000);
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
            bool isNamed = command.Command.Span[0] == (byte)CommandKind.OpenSession;
            names.Add(isNamed ? NameIn(OpenSessionCommand.Decode(command.Command.Span).Nonce) : "?");
        }

        return string.Join('+', names);
    }

    private static Guid NonceOf(string name)
    {
        byte[] bytes = new byte[16];
        Encoding.UTF8.GetBytes(name, bytes);
        return new Guid(bytes);
    }

    private static string NameIn(Guid nonce) => Encoding.UTF8.GetString(nonce.ToByteArray()).TrimEnd('\0');
}
