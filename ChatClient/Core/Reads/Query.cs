using PaxosShard.Client.Core.Search;
using PaxosShard.Hashing;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Core.Reads;

/// <summary>A question that changes nothing when it is asked twice, so it is simply asked again.</summary>
/// <param name="command">The encoded question.</param>
/// <param name="timeout">How long the caller waits for the answer, in milliseconds; null: for ever.</param>
/// <param name="allowance">How long a replica may hold it by right, in milliseconds; the time-out begins behind it, and the time for which one has held it is given back when another one has to be asked.</param>
/// <param name="caller">What the caller keeps with it.</param>
public sealed class Query(ReadOnlyMemory<byte> command, long? timeout, long allowance = 0, object? caller = null) : Call(caller)
{
    /// <summary>The group that is asked, because the question is about no key and no room; null: the one that serves the name in the command's head.</summary>
    public GroupId? Group { get; init; }

    internal ReadOnlyMemory<byte> Command { get; } = command;

    internal Arc Arc => Arc.Of(CommandPart.NameIn(Command.Span));

    // Who is told how it ends; null: its caller.
    internal IQueryAsker? Asker { get; set; }

    // Between refusals by groups that do not serve its arc; null before the first.
    internal BackOff? Pauses { get; set; }

    // When a group refused it first that does not serve its arc; null when none did.
    internal long? RefusedSince { get; set; }

    internal long? Timeout { get; } = timeout;

    internal long Allowance { get; } = allowance;

    // Matches the reply to it; never used twice by a client.
    internal SequenceNumber Tag { get; set; }

    internal long Deadline { get; set; }

    // When it was first sent on the present connection; null when it was not.
    internal long? SentAt { get; set; }

    internal long SendAgainAt { get; set; }

    // For how long it is under way, without the time in which a replica may hold it; null when it is not.
    internal long? Age(long now) => SentAt is { } sent ? Math.Max(0, now - sent - Allowance) : null;

    // Its place among those to be sent; null when it was sent.
    internal LinkedListNode<Query>? Unsent { get; set; }
}
