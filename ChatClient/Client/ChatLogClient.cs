using System.Runtime.CompilerServices;
using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>
/// A client of one replicated chat log. Safe from any thread. It finds the primary, keeps one session, and sends each message
/// exactly once and in the order of the calls, whatever fails on the way (rule 9).
/// </summary>
public sealed class ChatLogClient : IAsyncDisposable
{
    private const int MessagesPerRead = 512;

    private readonly ClientOptions _options;
    private readonly AddressBook _addresses;
    private readonly GroupLink _link;

    private ChatLogClient(ClientOptions options)
    {
        _options = options;
        _addresses = new AddressBook(options.Endpoints);
        _link = new GroupLink(options, _addresses, change => ConnectionChanged?.Invoke(this, change));
    }

    /// <summary>The primary was lost, or is back. Raised one at a time; a handler returns soon, never throws and never disposes the client.</summary>
#pragma warning disable MA0046, CA1003 // The change is a plain record: it says all there is to say.
    public event EventHandler<ConnectionChange>? ConnectionChanged;
#pragma warning restore MA0046, CA1003

    /// <summary>The primary's address; null while there is none.</summary>
    public string? PrimaryAddress => _link.PrimaryAddress;

    /// <summary>Connects to the primary.</summary>
    /// <param name="options">Whom to ask, and the bounds.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidOptionsException">The options break a rule.</exception>
    /// <exception cref="UnavailableException">No primary was found in time.</exception>
    public static async Task<ChatLogClient> ConnectAsync(ClientOptions options, CancellationToken cancellation)
    {
        options.Validate();
        ChatLogClient client = new(options);
        try
        {
            client._link.Start();
            await client._link.FirstConnection.WaitAsync(options.RequestTimeout, cancellation);
            return client;
        }
        catch (Exception exception)
        {
            NotAppliedException unavailable = client._link.Unavailable();
            await client.DisposeAsync();
            if (exception is TimeoutException)
                throw unavailable;
            throw;
        }
    }

    /// <summary>
    /// Appends a message to a room. Calls may overlap: they take effect in the order in which they were made. When the window is
    /// full the task waits for a place.
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
        return _link.PostAsync(new PostMessageCommand(room, author, text).Encode(), cancellation);
    }

    /// <summary>Messages of a room; linearizable (rule 8).</summary>
    /// <param name="room">Name of the room.</param>
    /// <param name="from">1 or more: the first number wanted. 0 or less: relative to the end; -20 is the last 20, 0 only says where the end is.</param>
    /// <param name="count">Most messages; fewer come when they do not fit in one answer.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RejectedException">A rule of the log says no.</exception>
    /// <exception cref="NotAppliedException">No answer in time; a read changes nothing.</exception>
    public Task<HistoryResult> ReadHistoryAsync(string room, long from, int count, CancellationToken cancellation) =>
        AskHistoryAsync(_link, new ReadHistoryQuery(room, from, count).Encode(), TimeSpan.Zero, cancellation);

    /// <summary>All rooms with the numbers of their last messages, as many as fit in one answer; linearizable (rule 8).</summary>
    /// <exception cref="NotAppliedException">No answer in time; a read changes nothing.</exception>
    public async Task<ListRoomsResult> ListRoomsAsync(CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> answer = await _link.QueryAsync(new ListRoomsQuery().Encode(), TimeSpan.Zero, cancellation);
        return Decoded(() => ListRoomsResult.Decode(answer.Span));
    }

    /// <summary>
    /// Every message of a room from a position on, in order, without gap or duplicate, whatever fails on the way. It has a connection
    /// of its own and asks for more only when the consumer does, so a slow consumer holds up nothing else.
    /// </summary>
    /// <param name="room">Name of the room.</param>
    /// <param name="from">As for <see cref="ReadHistoryAsync"/>.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="RejectedException">A rule says no: the position was compacted away, for example.</exception>
    /// <exception cref="NotAppliedException">No primary in time; following may be taken up again behind the last message.</exception>
    public async IAsyncEnumerable<RoomMessage> FollowAsync(
        string room,
        long from,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using GroupLink link = new(_options, _addresses, static _ => { });
        link.Start();
        RoomCursor cursor = new(from);
        while (true)
        {
            bool starts = cursor.Next is null;
            byte[] question = starts
                ? new ReadHistoryQuery(room, from, MessagesPerRead).Encode()
                : new FollowRoomQuery(room, cursor.Next!.Value, (int)_options.FollowWait.TotalMilliseconds).Encode();
            HistoryResult result = await AskHistoryAsync(link, question, starts ? TimeSpan.Zero : _options.FollowWait, cancellation);
            foreach (RoomMessage message in cursor.Take(result))
                yield return message;
        }
    }

    /// <summary>Asks one replica, whichever role it has, what it knows of its group.</summary>
    /// <param name="endpoint">Its address, <c>host:port</c>.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UnavailableException">It does not answer; the message says why.</exception>
    public static async Task<ReplicaStatus> StatusAsync(string endpoint, TimeSpan timeout, CancellationToken cancellation)
    {
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(timeout);
        try
        {
            await using ReplicaConnection connection = await ReplicaConnection.OpenAsync(endpoint, Guid.Empty, late.Token);
            return new ReplicaStatus(endpoint, connection.Peer, await connection.AskStatusAsync(timeout / 4, late.Token));
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

    private static async Task<HistoryResult> AskHistoryAsync(
        GroupLink link, byte[] question, TimeSpan allowance, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> answer = await link.QueryAsync(question, allowance, cancellation);
        return Decoded(() => HistoryResult.Decode(answer.Span));
    }

    private static T Decoded<T>(Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (WireFormatException exception)
        {
            throw new NotAppliedException($"the answer cannot be read: {exception.Message}");
        }
    }
}
