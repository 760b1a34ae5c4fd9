using System.Runtime.CompilerServices;
using PaxosShard.Client.Connections;
using PaxosShard.Client.Links;
using PaxosShard.Client.Listing;
using PaxosShard.Client.Ordered;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client;

/// <summary>
/// A client of one group, or of all groups of a cluster when the addresses are those of its masters: its rooms and, by <see cref="Keys"/>, its keys. Safe
/// from any thread. It finds the primaries, keeps a session for each group, and sends each message and each change of a key exactly once, whatever fails on
/// the way (rule 9). Messages of one room, and changes of one key, take effect in the order of the calls; those of different rooms and keys in any order.
/// </summary>
/// <remarks>Callers whose calls end together go on one after the other, on a thread of the pool. Who blocks there keeps the others, and what was asked in there, for some milliseconds at most.</remarks>
public sealed class ChatLogClient : IAsyncDisposable
{
    private readonly GroupLink _link;
    private readonly ClusterLists _lists;

    private ChatLogClient(ClientOptions options)
    {
        Options = options;
        _link = new GroupLink(options, options.Endpoints, change => ConnectionChanged?.Invoke(this, change));
        Keys = new KeyClient(_link);
        _lists = new ClusterLists(_link);
    }

    /// <summary>The primary was lost, or is back. Raised one at a time; a handler returns soon, never throws and never disposes the client.</summary>
#pragma warning disable MA0046, CA1003 // The change is a plain record: it says all there is to say.
    public event EventHandler<ConnectionChange>? ConnectionChanged;
#pragma warning restore MA0046, CA1003

    /// <summary>The options it was made with.</summary>
    public ClientOptions Options { get; }

    /// <summary>The keys. They share the sessions of their groups with the messages.</summary>
    public KeyClient Keys { get; }

    /// <summary>The address of the primary of the group, or of the masters; null while there is none.</summary>
    public string? PrimaryAddress => _link.PrimaryAddress;

    /// <summary>Begins to connect and does not wait for it: for those who follow, however long there is nobody.</summary>
    /// <param name="options">Whom to ask, and the bounds.</param>
    /// <exception cref="InvalidOptionsException">The options break a rule.</exception>
    public static ChatLogClient Start(ClientOptions options)
    {
        options.Validate();
        ChatLogClient client = new(options);
        client._link.Start();
        return client;
    }

    /// <summary>Connects to the primary.</summary>
    /// <param name="options">Whom to ask, and the bounds.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidOptionsException">The options break a rule.</exception>
    /// <exception cref="UnavailableException">No primary was found in time.</exception>
    public static async Task<ChatLogClient> ConnectAsync(ClientOptions options, CancellationToken cancellation)
    {
        ChatLogClient client = Start(options);
        try
        {
            using RunningTimeout late = new(options.RequestTimeout, options.Time, cancellation);
            await client._link.FirstConnection.WaitAsync(late.Token);
            return client;
        }
        catch (Exception exception)
        {
            await client.DisposeAsync();
            if (exception is OperationCanceledException && !cancellation.IsCancellationRequested)
                throw client._link.Unavailable();
            throw;
        }
    }

    /// <summary>
    /// Opens an ordered session: what is called in it takes effect in the order of the calls, over all keys and rooms, without waiting in between. It costs nothing but its first operation, and a client may have many.
    /// </summary>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UnavailableException">No primary was found in time.</exception>
    public async Task<OrderedSession> OpenOrderedSessionAsync(CancellationToken cancellation)
    {
        try
        {
            using RunningTimeout late = new(Options.RequestTimeout, Options.Time, cancellation);
            await _link.FirstConnection.WaitAsync(late.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw _link.Unavailable();
        }

        return new OrderedSession(_link, Options.RequestTimeout);
    }

    /// <summary>
    /// Appends a message to a room. Calls may overlap: those for one room take effect in the order in which they were made, and whoever needs an order
    /// between two rooms awaits the one before the other. When the window is full the message waits for a place; when too many wait it is refused.
    /// <see cref="EnqueueAsync"/> waits instead.
    /// </summary>
    /// <param name="room">Name of the room, 1 byte to 1 KiB in UTF-8; it exists from its first message on.</param>
    /// <param name="author">Who speaks, at most 256 bytes in UTF-8.</param>
    /// <param name="text">What is said, at most 64 KiB in UTF-8.</param>
    /// <param name="cancellation">Stops the wait. Cancelled when no copy had left; else the outcome is unknown.</param>
    /// <returns>The message's number in its room, once it is committed.</returns>
    /// <exception cref="ArgumentException">A text is not valid UTF-16.</exception>
    /// <exception cref="RejectedException">A rule of the log says no.</exception>
    /// <exception cref="NotAppliedException">It was not applied and never will be.</exception>
    /// <exception cref="OutcomeUnknownException">It may have been applied, or may still be.</exception>
    public Task<long> SendAsync(string room, string author, string text, CancellationToken cancellation)
    {
        if (MessageRules.Violation(room, author, text) is { } violation)
            return Task.FromException<long>(new RejectedException(violation));
        return _link.SendAsync(
            (room, author, text),
            SendMessageCommand.SizeOf(room, author, text),
            static (place, message) => SendMessageCommand.Write(place, message.room, message.author, message.text),
            DecodeNumber,
            cancellation);
    }

    /// <summary>
    /// Appends a message to a room as <see cref="SendAsync"/> does, but waits until there is space for it: as long as what waits already
    /// would fill the window once more, in messages or in bytes. Made for streams to a room: who awaits this before the next line is as fast as the
    /// group. Callers take turns in the order of their calls; <see cref="ClientOptions.RequestTimeout"/> begins when the message is taken in.
    /// </summary>
    /// <param name="room">As for <see cref="SendAsync"/>.</param>
    /// <param name="author">As for <see cref="SendAsync"/>.</param>
    /// <param name="text">As for <see cref="SendAsync"/>.</param>
    /// <param name="cancellation">As for <see cref="SendAsync"/>; it also stops the wait for space.</param>
    /// <returns>Once the message is taken in: what <see cref="SendAsync"/> would have returned.</returns>
    /// <exception cref="OperationCanceledException">Called off while it waited for space; it was not taken in.</exception>
    public Task<Task<long>> EnqueueAsync(string room, string author, string text, CancellationToken cancellation)
    {
        if (MessageRules.Violation(room, author, text) is { } violation)
            return Task.FromResult(Task.FromException<long>(new RejectedException(violation)));
        return _link.EnqueueAsync(new SendMessageCommand(room, author, text).Encode(), DecodeNumber, cancellation);
    }

    /// <summary>Messages of a room; linearizable (rule 8).</summary>
    /// <param name="room">Name of the room.</param>
    /// <param name="from">1 or more: the first number wanted. 0 or less: relative to the end; -20 is the last 20, 0 only says where the end is.</param>
    /// <param name="count">Most messages; fewer come when they do not fit in one answer.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RejectedException">A rule of the log says no.</exception>
    /// <exception cref="TrimmedException">The room does not have the message <paramref name="from"/> any more. A position relative to the end begins with what is left.</exception>
    /// <exception cref="NotAppliedException">No answer in time; a read changes nothing.</exception>
    public async Task<HistoryResult> ReadHistoryAsync(string room, long from, int count, CancellationToken cancellation)
    {
        HistoryResult history = await _link.QueryAsync(new ReadHistoryQuery(room, from, count).Encode(), HistoryResult.Decode, cancellation);
        return from > 0 && history.First > from
            ? throw new TrimmedException($"message {from} was trimmed; the first one left is {history.First}", history.First)
            : history;
    }

    /// <summary>A page of the rooms with the numbers of their last messages, by the bytes of their names; linearizable in each group (rule 8).</summary>
    /// <param name="after">Only rooms behind this name, whether there is a room of this name or not; empty: from the first on.</param>
    /// <param name="count">Most rooms; fewer come when they do not fit in one answer, which says how many are left.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NotAppliedException">No answer in time; a read changes nothing.</exception>
    public async Task<ListRoomsResult> ListRoomsAsync(string after, int count, CancellationToken cancellation) =>
        await _lists.RoomsAsync(after, count, cancellation);

    /// <summary>
    /// Every room behind a name, page by page: each that is there when this begins, each once, in order; of those made meanwhile some.
    /// </summary>
    /// <param name="after">As for <see cref="ListRoomsAsync"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NotAppliedException">No answer in time; a read changes nothing.</exception>
    public async IAsyncEnumerable<RoomSummary> ListAllRoomsAsync(string after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        ListRoomsResult page;
        do
        {
            page = await ListRoomsAsync(after, int.MaxValue, cancellation);
            foreach (RoomSummary room in page.Rooms)
                yield return room;
            if (page is { Left: > 0, Rooms.Count: 0 })
                throw new NotAppliedException($"the answer cannot be read: a page without rooms, and {page.Left} left");
            after = page.Rooms.Count > 0 ? page.Rooms[^1].Room : after;
        }
        while (page.Left > 0);
    }

    /// <summary>As the other one, for those who need not know of outages.</summary>
    /// <param name="room">Name of the room.</param>
    /// <param name="from">As for <see cref="ReadHistoryAsync"/>.</param>
    /// <param name="cancellation">Ends it.</param>
    public IAsyncEnumerable<RoomMessage> FollowAsync(string room, long from, CancellationToken cancellation) =>
        FollowAsync(room, from, static _ => { }, cancellation);

    /// <summary>
    /// Every message of a room from a position on, in order, without gap or duplicate, whatever fails on the way and however long
    /// nobody answers: it has no time-out. It has a connection of its own and asks for more only when the consumer does, so a slow
    /// consumer holds up nothing else.
    /// </summary>
    /// <param name="room">Name of the room.</param>
    /// <param name="from">As for <see cref="ReadHistoryAsync"/>.</param>
    /// <param name="onOutage">Told when nobody answers for <see cref="ClientOptions.OutageNotice"/>, and when somebody does again; it returns soon and never throws.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="TrimmedException">The room does not have the message that comes next any more, at the beginning or because the consumer fell behind.</exception>
    /// <exception cref="RejectedException">A rule says no.</exception>
    /// <exception cref="NotAppliedException">An answer that cannot be read.</exception>
    public async IAsyncEnumerable<RoomMessage> FollowAsync(
        string room,
        long from,
        Action<FollowOutage> onOutage,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using GroupLink link = new(Options, _link.Addresses, static _ => { });
        link.Start();
        await foreach (RoomMessage message in link.FollowAsync(new FollowCall(room, from, onOutage), cancellation))
            yield return message;
    }

    /// <summary>
    /// Replaces a member of the group to which the addresses led by a newcomer, so that an empty machine takes over from a dead one: the next member list names the newcomer, which votes once it has everything up to
    /// there (rule 13). It takes effect exactly once. A request for what is so already succeeds, whatever number the list has by then.
    /// </summary>
    /// <param name="list">The number of the present member list (<see cref="StatusResult.List"/>): of two replacements requested at the same time only one takes effect.</param>
    /// <param name="replica">The place.</param>
    /// <param name="identity">The identity of the newcomer, as its hello says (<see cref="ReplicaStatus.Hello"/>).</param>
    /// <param name="address">Where the newcomer listens, <c>host:port</c>.</param>
    /// <param name="cancellation">As for <see cref="SendAsync"/>.</param>
    /// <returns>The number of the list that names the newcomer, and the slot in which that list was made.</returns>
    /// <exception cref="RejectedException">The list has another number by now, there is no such place, or the identity is in use; the message says which.</exception>
    /// <exception cref="NotAppliedException">It was not applied and never will be.</exception>
    /// <exception cref="OutcomeUnknownException">It may have been applied, or may still be.</exception>
    public Task<ReplaceMemberResult> ReplaceMemberAsync(long list, ReplicaId replica, ulong identity, string address, CancellationToken cancellation)
    {
        ReplaceMemberCommand command = new(list, replica, identity, address);
        if (ReplacementRules.Violation(command) is { } violation)
            return Task.FromException<ReplaceMemberResult>(new RejectedException(violation));
        return _link.SendAsync(GroupId.Masters, command.Encode(), ReplaceMemberResult.Decode, cancellation);
    }

    /// <summary>Asks one replica, whichever role it has, what it knows of its group; also one that is not a member yet.</summary>
    /// <param name="endpoint">Its address, <c>host:port</c>.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UnavailableException">It does not answer; the message says why.</exception>
    public static Task<ReplicaStatus> StatusAsync(string endpoint, TimeSpan timeout, CancellationToken cancellation) => StatusAsync(endpoint, GroupId.None, timeout, cancellation);

    /// <summary>As the other one, where replicas of several groups listen at an address.</summary>
    /// <param name="endpoint">Its address, <c>host:port</c>.</param>
    /// <param name="group">The group that is meant; none for whichever answers there.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UnavailableException">It does not answer; the message says why.</exception>
    public static async Task<ReplicaStatus> StatusAsync(string endpoint, GroupId group, TimeSpan timeout, CancellationToken cancellation)
    {
        using RunningTimeout late = new(timeout, TimeProvider.System, cancellation);
        try
        {
            return await StatusQuestion.AskAsync(endpoint, group, timeout / 4, late.Token);
        }
        catch (ConnectionFailedException exception)
        {
            throw new UnavailableException("the replica does not answer", [new AddressFailure(endpoint, exception.Message)]);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            string reason = $"no answer within {timeout.TotalSeconds:0.###} s";
            throw new UnavailableException("the replica does not answer", [new AddressFailure(endpoint, reason)]);
        }
    }

    /// <summary>Closes the connections. Messages without an answer end as not applied or unknown, whichever is true.</summary>
    public ValueTask DisposeAsync() => _link.DisposeAsync();

    private static long DecodeNumber(ReadOnlySpan<byte> result) => SendMessageResult.Decode(result).Number;
}
