using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>R, replica → client: the reply, after execution (rule 9).</summary>
/// <param name="Session">As in the request.</param>
/// <param name="Sequence">As in the request.</param>
/// <param name="Status">What became of it.</param>
/// <param name="View">The view the replica is in; with <see cref="ReplyStatus.Redirect"/> its primary is the one to ask.</param>
/// <param name="Payload">The encoded result; with a redirect the primary's address in UTF-8, empty when unknown; with <see cref="ReplyStatus.NotMyArc"/> a number; with another refusal the reason in UTF-8.</param>
/// <remarks>
/// Layout: session (16), sequence (8), status (1), view (8; -1 for none), log time (8), payload (length in bytes (4), the bytes). Refused: an
/// unknown status, a payload above <see cref="Limits.Result"/>.
/// </remarks>
public readonly record struct ClientReply(
    SessionId Session,
    SequenceNumber Sequence,
    ReplyStatus Status,
    View View,
    ReadOnlyMemory<byte> Payload)
{
    /// <summary>Log time at the replica when it answered, milliseconds since 1970 UTC: what the expiry of the next request is reckoned from.</summary>
    public long LogTime { get; init; }

    internal int Size => SessionId.Bytes + sizeof(long) + 1 + (2 * sizeof(long)) + WireWriter.SizeOf(Payload);

    internal static ClientReply Read(ref WireReader reader)
    {
        SessionId session = reader.ReadSession();
        SequenceNumber sequence = reader.ReadSequence();
        ReplyStatus status = ReadStatus(ref reader);
        View view = reader.ReadViewOrNone();
        long logTime = reader.ReadTime();
        return new ClientReply(session, sequence, status, view, reader.ReadMemory(Limits.Result)) { LogTime = logTime };
    }

    internal void Write(ref WireWriter writer)
    {
        writer.WriteSession(Session);
        writer.WriteSequence(Sequence);
        writer.WriteByte((byte)Status);
        writer.WriteView(View);
        writer.WriteInt64(LogTime);
        writer.WriteBytes(Payload.Span);
    }

    private static ReplyStatus ReadStatus(ref WireReader reader)
    {
        ReplyStatus status = (ReplyStatus)reader.ReadByte();
        if (!Enum.IsDefined(status))
            throw new WireFormatException($"a ClientReply has the unknown status {(byte)status}");
        return status;
    }
}

/// <summary>What became of a request. Reaches the wire and the state: append only.</summary>
public enum ReplyStatus : byte
{
    /// <summary>Executed; the payload is its result.</summary>
    Ok = 0,

    /// <summary>Executed, and refused by a rule of the state machine (name empty, message too long …): final, nothing changed. The payload says why.</summary>
    Rejected = 1,

    /// <summary>This replica is not the primary. This copy of the request was not taken.</summary>
    Redirect = 2,

    /// <summary>A bound is reached. This copy of the request did not run; not final (an earlier copy may still run).</summary>
    Busy = 3,

    /// <summary>The primary hears no quorum, or states differ and no quorum agrees with the primary's (rule 12). This copy of the request was not taken.</summary>
    NoQuorum = 4,

    /// <summary>The session's previous request was not executed before this one. This copy of the request did not run (another one may): send both again in order.</summary>
    OutOfOrder = 5,

    /// <summary>The same number was executed with other bytes: not applied.</summary>
    DifferentCommand = 6,

    /// <summary>The number is below the client's own acknowledged mark: it never runs (again), and its result is gone if it had one.</summary>
    Stale = 7,

    /// <summary>Log time is above the request's expiry: this copy did not run, and no later one does.</summary>
    Expired = 8,

    /// <summary>The request makes no sense (unknown command, a change without a session, an expiry too far ahead): this copy did not run.</summary>
    Malformed = 9,

    /// <summary>The primary took and proposed this copy of the request and lost its view, or its trust in its own state, before it was answered: the outcome is open. Ask the primary of the named view, with the same number.</summary>
    Superseded = 10,

    /// <summary>
    /// The group does not serve the arc of the name: this copy did not run and left no trace (rule 9). The payload is the number of a configuration (8 bytes): in that one or a later one
    /// stands who serves it.
    /// </summary>
    NotMyArc = 11,

    /// <summary>
    /// The number is of an ordered session and was cancelled, or the one before it was: not applied, and no copy of it ever is (ordered rule M11). The payload is empty. A result that is kept like any other where
    /// the cancellation has run; elsewhere a refusal without a trace.
    /// </summary>
    Cancelled = 12,
}
