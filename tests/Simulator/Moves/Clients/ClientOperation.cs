using PaxosShard.Client.Core;
using PaxosShard.Hashing;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Clients;

/// <summary>A change that a client wants, from when it is wanted to what became of it.</summary>
/// <param name="client">The client.</param>
/// <param name="life">Which of its lives: nothing is kept from one to the next.</param>
/// <param name="number">Its number in that life, in the order in which the client wants things.</param>
/// <param name="command">The command, encoded.</param>
internal sealed class ClientOperation(int client, long life, long number, byte[] command)
{
    /// <summary>The client.</summary>
    public int Client => client;

    /// <summary>Which of its lives.</summary>
    public long Life => life;

    /// <summary>Its number in that life.</summary>
    public long Number => number;

    /// <summary>The command, encoded.</summary>
    public byte[] Command => command;

    /// <summary>The arc of the key or room.</summary>
    public Arc Arc { get; } = Arc.Of(CommandPart.NameIn(command));

    /// <summary>What has run; null for nothing yet.</summary>
    public RanRequest? Ran { get; set; }

    /// <summary>It has its place in the log of a group, and waits there for its effect.</summary>
    public bool IsPlaced { get; set; }

    /// <summary>What was told of its result before it ran; null for nothing.</summary>
    public (ReplyStatus Status, byte[] Payload)? Foretold { get; set; }

    /// <summary>What the client was told; null for nothing yet.</summary>
    public Outcome? Outcome { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"{(CommandKind)command[0]} {number} of client {client} in its life {life}";
}
