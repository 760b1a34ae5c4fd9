using PaxosShard.Client.Core.Reads;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Core;

/// <summary>Something that happened to a client: a user's call, or an event of one of its connections.</summary>
public readonly record struct ClientInput
{
    private ClientInput(ClientInputKind kind)
    {
        Kind = kind;
    }

    /// <summary>What happened.</summary>
    public ClientInputKind Kind { get; }

    /// <summary>The call it is about; null for the events of connections.</summary>
    public Call? Call { get; private init; }

    /// <summary>The connection it is about, by the number of its <see cref="ConnectEffect"/>; 0 for calls.</summary>
    public int Connection { get; private init; }

    /// <summary>The group of the replica at the other end of a connection that is up; none otherwise.</summary>
    public GroupId Group { get; private init; }

    /// <summary>The reply that arrived, when <see cref="Kind"/> says so.</summary>
    public ClientReply Reply { get; private init; }

    /// <summary>Why, in a few words: a connection ended, or the client is closed.</summary>
    public string? Reason { get; private init; }

    /// <summary>A user begins a call.</summary>
    public static ClientInput Begin(Call call) => new(ClientInputKind.Begin) { Call = call };

    /// <summary>A user calls a call off, or gives it up.</summary>
    public static ClientInput CallOff(Call call) => new(ClientInputKind.CallOff) { Call = call };

    /// <summary>The consumer of a follow has taken what it was given and wants more.</summary>
    public static ClientInput More(Follow follow) => new(ClientInputKind.More) { Call = follow };

    /// <summary>A connection is up, and the replica at its other end has said hello.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="group">The group that it named.</param>
    public static ClientInput Opened(int connection, GroupId group) => new(ClientInputKind.Opened) { Connection = connection, Group = group };

    /// <summary>A connection did not come up, or ended.</summary>
    public static ClientInput Ended(int connection, string reason) =>
        new(ClientInputKind.Ended) { Connection = connection, Reason = reason };

    /// <summary>A reply arrived on a connection.</summary>
    public static ClientInput Replied(int connection, in ClientReply reply) =>
        new(ClientInputKind.Replied) { Connection = connection, Reply = reply };

    /// <summary>The client closes: every call ends now, with what is certain about it.</summary>
    public static ClientInput Close(string reason) => new(ClientInputKind.Close) { Reason = reason };
}

/// <summary>What happened to a client.</summary>
public enum ClientInputKind
{
    /// <summary>A user begins a call.</summary>
    Begin,

    /// <summary>A user calls a call off, or gives it up.</summary>
    CallOff,

    /// <summary>The consumer of a follow wants more.</summary>
    More,

    /// <summary>A connection is up.</summary>
    Opened,

    /// <summary>A connection did not come up, or ended.</summary>
    Ended,

    /// <summary>A reply arrived.</summary>
    Replied,

    /// <summary>The client closes.</summary>
    Close,
}
