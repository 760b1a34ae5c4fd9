using PaxosShard.Client.Core.Requests;
using PaxosShard.Hashing;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client.Core.Ordered;

/// <summary>One operation of an ordered session, from the call to its outcome. It takes effect behind all that began before it in the session, on whatever arcs.</summary>
/// <param name="line">The session.</param>
/// <param name="command">The encoded command: a change of a key or a room, or the question for a key, which then has its place among the changes.</param>
/// <param name="timeout">How long it may take, in milliseconds from when it begins; null: for ever.</param>
/// <param name="caller">What the caller keeps with it.</param>
public sealed class OrderedCall(OrderedLine line, ReadOnlyMemory<byte> command, long? timeout, object? caller = null) : Call(caller)
{
    /// <summary>The session.</summary>
    public OrderedLine Line { get; } = line;

    /// <summary>The encoded command.</summary>
    public ReadOnlyMemory<byte> Command { get; } = command;

    /// <summary>
    /// The highest number that its user had heard of as the first of a failure, when it was issued: none, or what completions named. With a later failure it fails. Set before it begins, which may be much later.
    /// </summary>
    public SequenceNumber Heard { get; set; } = SequenceNumber.None;

    /// <summary>Its number in the session; none before it has begun.</summary>
    public SequenceNumber Sequence { get; internal set; }

    /// <summary>The group that gave its result; none while there is none.</summary>
    public GroupId Group { get; internal set; }

    internal Arc Arc { get; } = Arc.Of(CommandPart.NameIn(command.Span));

    internal long? Timeout { get; } = timeout;

    internal long Deadline { get; set; } = long.MaxValue;

    // Of the number before, wherever that is.
    internal Arc PredecessorArc { get; set; }

    // Of the numbers before that, the nearest first, as a request names them.
    internal ReadOnlyMemory<byte> EarlierArcs { private get; set; }

    // Chosen when a number is first sent, for it and for all before it that have none; 0 before.
    internal long Expiry { get; set; }

    // Copies that were sent, wherever.
    internal long Copies { get; set; }

    // The connection on which the newest copy was sent; 0 when it is to be sent as soon as it may.
    internal int SentOn { get; set; }

    internal long SentAt { get; set; }

    internal long SendAgainAt { get; set; }

    // After a refusal.
    internal long NotBefore { get; set; }

    internal long Pause { get; set; }

    // A refused arc: this configuration or a later one says who serves it.
    internal long Configuration { get; set; }

    internal OrderedEnd? End { get; set; }

    internal ReadOnlyMemory<byte> EarlierArcsOf(int most) => EarlierArcs[..Math.Min(EarlierArcs.Length, most * sizeof(ushort))];

    internal CancelOperationCommand Cancellation => new(CommandPart.NameIn(Command.Span).ToArray());
}

/// <summary>How an operation ends, once all before it have ended.</summary>
/// <param name="Outcome">What is certain about it.</param>
/// <param name="Reason">Why it is not done, as a sentence.</param>
/// <param name="Payload">The encoded result when it is done; else empty.</param>
/// <param name="FirstFailed">The first operation that has no result, of which this one is a consequence or which it is itself; none when it has a result.</param>
internal sealed record OrderedEnd(Outcome Outcome, string Reason, ReadOnlyMemory<byte> Payload, SequenceNumber FirstFailed)
{
    /// <summary>It has a result: what comes behind it may follow it.</summary>
    public bool IsResult => FirstFailed == SequenceNumber.None;

    /// <summary>An end with a result.</summary>
    public static OrderedEnd Of(Outcome outcome, string reason, ReadOnlyMemory<byte> payload) => new(outcome, reason, payload, SequenceNumber.None);

    /// <summary>An end without one.</summary>
    public static OrderedEnd Without(Outcome outcome, string reason, SequenceNumber firstFailed) => new(outcome, reason, default, firstFailed);
}
