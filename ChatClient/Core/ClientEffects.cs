using PaxosShard.Client.Core.Ordered;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Core;

/// <summary>
/// What a step asks for. The lists are carried out one after the other in the order in which they stand here, each from its first on;
/// they belong to the core and are valid until its next step.
/// </summary>
public sealed class ClientEffects
{
    /// <summary>Connections to be made.</summary>
    public List<ConnectEffect> Connects { get; } = [];

    /// <summary>Requests to be sent, each behind those before it on its connection.</summary>
    public List<SendEffect> Sends { get; } = [];

    /// <summary>Operations of ordered sessions to be sent, each behind those before it on its connection.</summary>
    public List<OrderedSendEffect> OrderedSends { get; } = [];

    /// <summary>Connections to be closed, by their numbers. Nothing that comes of them is wanted any more.</summary>
    public List<int> Closes { get; } = [];

    /// <summary>The primary was found, or lost.</summary>
    public List<PrimaryChange> Changes { get; } = [];

    /// <summary>Requests that waited for space, or found it, and are taken in now.</summary>
    public List<Request> Taken { get; } = [];

    /// <summary>Follows that nobody answers for a while, or that go on again.</summary>
    public List<OutageNotice> Outages { get; } = [];

    /// <summary>Messages for the consumers of follows. Each gets no more before it says that it wants more.</summary>
    public List<Delivery> Deliveries { get; } = [];

    /// <summary>Calls that end.</summary>
    public List<Completion> Completions { get; } = [];

    /// <summary>When the core wants to be called again although nothing happened, in milliseconds; the end of time when it does not.</summary>
    public long NextCall { get; internal set; } = long.MaxValue;

    internal void Clear()
    {
        Connects.Clear();
        Sends.Clear();
        OrderedSends.Clear();
        Closes.Clear();
        Changes.Clear();
        Taken.Clear();
        Deliveries.Clear();
        Outages.Clear();
        Completions.Clear();
    }

    internal void Complete(Call call, Outcome outcome, string reason = "", ReadOnlyMemory<byte> payload = default)
    {
        if (call.IsCompleted)
            return;
        call.IsCompleted = true;
        Completions.Add(new Completion(call, outcome, payload, reason, default));
    }

    internal void Complete(OrderedCall call, RequestName name, OrderedEnd end)
    {
        if (call.IsCompleted)
            return;
        call.IsCompleted = true;
        Completions.Add(new Completion(call, end.Outcome, end.Payload, end.Reason, name));
    }

    internal void Complete(Request request, Outcome outcome, RequestName name, string reason, ReadOnlyMemory<byte> payload = default)
    {
        if (request.IsCompleted)
            return;
        request.IsCompleted = true;
        Completions.Add(new Completion(request, outcome, payload, reason, name));
    }
}

/// <summary>A connection is to be made.</summary>
/// <param name="Connection">Its number, from 1; never used twice.</param>
/// <param name="Address">Where to, <c>host:port</c>.</param>
/// <param name="Group">The group that is meant; none for any.</param>
public readonly record struct ConnectEffect(int Connection, string Address, GroupId Group);

/// <summary>A request is to be sent.</summary>
/// <param name="Connection">On which connection.</param>
/// <param name="Request">The request.</param>
public readonly record struct SendEffect(int Connection, ClientRequest Request);

/// <summary>An operation of an ordered session is to be sent.</summary>
/// <param name="Connection">On which connection.</param>
/// <param name="Request">The operation, or its cancellation.</param>
public readonly record struct OrderedSendEffect(int Connection, OrderedRequest Request);

/// <summary>The primary was found, or lost.</summary>
/// <param name="IsFound">It was found.</param>
/// <param name="Connection">The connection to it.</param>
/// <param name="Address">Its address.</param>
/// <param name="View">The highest view in which a primary was found so far.</param>
/// <param name="Reason">Why it was lost; empty when it was found.</param>
/// <param name="Outage">For how long there was none, in milliseconds; -1 when it is the first one, and when it was lost.</param>
/// <param name="Resent">Requests and reads that are under way again; 0 when it was lost.</param>
/// <param name="Group">The group that it leads.</param>
public readonly record struct PrimaryChange(bool IsFound, int Connection, string Address, View View, string Reason, long Outage, int Resent, GroupId Group);

/// <summary>Messages of a room for the consumer of a follow, without a gap behind those before.</summary>
/// <param name="Follow">The follow.</param>
/// <param name="Messages">At least one.</param>
public readonly record struct Delivery(Follow Follow, IReadOnlyList<RoomMessage> Messages);

/// <summary>Nobody answers a follow for a while, or somebody does again.</summary>
/// <param name="Follow">The follow.</param>
/// <param name="IsOver">Somebody does again.</param>
/// <param name="Milliseconds">For how long nobody has answered.</param>
public readonly record struct OutageNotice(Follow Follow, bool IsOver, long Milliseconds);

/// <summary>How a call ended.</summary>
/// <param name="Call">The call.</param>
/// <param name="Outcome">What is certain about it.</param>
/// <param name="Payload">The encoded result when it is done; else empty.</param>
/// <param name="Reason">Why it is not done, as a sentence.</param>
/// <param name="Name">Under which the copies of a request were sent; none when there was no copy. Of an operation of an ordered session that is not done: the first one that is not.</param>
public readonly record struct Completion(Call Call, Outcome Outcome, ReadOnlyMemory<byte> Payload, string Reason, RequestName Name);

/// <summary>What a request is known by in the log: whoever sends it again under the same, with the same bytes, does not make it run twice (rule 9).</summary>
/// <param name="Session">The session; none when no copy was sent.</param>
/// <param name="Sequence">Its number in that session.</param>
/// <param name="Expiry">Log time until which it may run; after that no copy of it does.</param>
public readonly record struct RequestName(SessionId Session, SequenceNumber Sequence, long Expiry);

/// <summary>What is certain about a call that has ended (rule 9).</summary>
public enum Outcome
{
    /// <summary>It has its result.</summary>
    Done,

    /// <summary>A rule of the state machine says no, or the group does not serve it: nothing changed, and the same again gets the same answer.</summary>
    Rejected,

    /// <summary>A follow wants a message that was trimmed; its <see cref="Follow.FirstLeft"/> says where it could go on.</summary>
    Trimmed,

    /// <summary>It was not applied and never will be: no copy of it was sent, or every copy was refused without a trace.</summary>
    NotApplied,

    /// <summary>As <see cref="NotApplied"/>: its time was over before anybody took it.</summary>
    NotTaken,

    /// <summary>As <see cref="NotApplied"/>: the caller called it off.</summary>
    CalledOff,

    /// <summary>A copy of it may have been applied, or may still be.</summary>
    Unknown,
}
