using System.Globalization;
using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>A client core under a script: two replicas or the masters of a cluster, a time that the test moves, and every effect to be looked at.</summary>
internal sealed class CoreStory
{
    public const string First = "replica-0:1";
    public const string Second = "replica-1:1";

    /// <summary>Where the masters of a cluster listen.</summary>
    public const string Masters = "master-0:1";

    private const string ShardPrefix = "shard-";

    /// <summary>The group of both.</summary>
    public static readonly GroupId Group = new(1);

    private readonly PaxosShard.Client.Core.ClientCore _core;
    private readonly Dictionary<string, int> _connections = new(StringComparer.Ordinal);
    private readonly Dictionary<GroupId, int> _primaries = [];
    private readonly HashSet<object> _completed = [];

    public CoreStory(ClientCoreOptions? options = null, params string[] addresses)
    {
        _core = new PaxosShard.Client.Core.ClientCore(options ?? new ClientCoreOptions { Seed = 7 }, addresses.Length == 0 ? [First, Second] : addresses);
    }

    /// <summary>The session that the core of every story with the usual seed draws first.</summary>
    public static SessionId Session { get; } = DrawSession();

    public PaxosShard.Client.Core.ClientCore Core => _core;

    /// <summary>Milliseconds since the beginning for which the client has run.</summary>
    public long Now { get; private set; }

    /// <summary>Milliseconds for which its process was stopped, or the machine slept.</summary>
    public long Paused { get; private set; }

    /// <summary>Of the last step: what was sent, without the questions who leads.</summary>
    public IReadOnlyList<ClientRequest> Sent { get; private set; } = [];

    /// <summary>Of the last step: on which connections.</summary>
    public IReadOnlyList<int> SentOn { get; private set; } = [];

    /// <summary>Of the last step: what was sent of ordered sessions.</summary>
    public IReadOnlyList<OrderedRequest> SentOrdered { get; private set; } = [];

    public IReadOnlyList<Completion> Completed { get; private set; } = [];

    /// <summary>Of all steps.</summary>
    public List<Completion> Ended { get; } = [];

    public IReadOnlyList<Delivery> Delivered { get; private set; } = [];

    public IReadOnlyList<OutageNotice> Outages { get; private set; } = [];

    public IReadOnlyList<PrimaryChange> Changes { get; private set; } = [];

    public IReadOnlyList<ConnectEffect> Connects { get; private set; } = [];

    public IReadOnlyList<int> Closes { get; private set; } = [];

    public IReadOnlyList<Request> Taken { get; private set; } = [];

    public long NextCall { get; private set; }

    /// <summary>Questions who leads that have no answer yet, by connection.</summary>
    public Dictionary<int, ClientRequest> Questions { get; } = [];

    /// <summary>The last question to the masters for a newer configuration.</summary>
    public ClientRequest? Watch { get; private set; }

    /// <summary>The connection to the primary of now; of several, the one that was found last.</summary>
    public int Primary { get; private set; }

    /// <summary>Where the one replica of a shard listens.</summary>
    public static string Shard(GroupId group) => $"{ShardPrefix}{group.Number}:1";

    public static Request Request(string text, long? timeout = null, bool waitsForRoom = false, string room = "room") =>
        new(new SendMessageCommand(room, "ann", text).Encode(), timeout) { WaitsForRoom = waitsForRoom };

    public static ClientReply Reply(long sequence, ReplyStatus status, byte[]? payload = null) =>
        new(Session, new SequenceNumber(sequence), status, View.First, payload ?? []);

    public static ClientReply Done(long sequence) => Reply(sequence, ReplyStatus.Ok, new SendMessageResult(sequence).Encode());

    /// <summary>Finds the primary, and draws the session for a first request, which is answered: the next one has number 2.</summary>
    public CoreStory Begin()
    {
        Step();
        Lead(First, view: 0);
        Step(ClientInput.Begin(Request("first")));
        return Replied(Done(1));
    }

    public CoreStory Step(params ReadOnlySpan<ClientInput> inputs)
    {
        ClientEffects effects = _core.Step(inputs, Now, Now + Paused);
        Connects = [.. effects.Connects];
        Closes = [.. effects.Closes];
        Changes = [.. effects.Changes];
        Taken = [.. effects.Taken];
        Delivered = [.. effects.Deliveries];
        Outages = [.. effects.Outages];
        Completed = [.. effects.Completions];
        Ended.AddRange(effects.Completions);
        NextCall = effects.NextCall;
        foreach (ConnectEffect connect in effects.Connects)
            _connections[connect.Address] = connect.Connection;
        foreach (SendEffect send in effects.Sends.Where(IsQuestion))
            Questions[send.Connection] = send.Request;
        Sent = [.. effects.Sends.Where(send => !IsQuestion(send)).Select(send => send.Request)];
        SentOn = [.. effects.Sends.Where(send => !IsQuestion(send)).Select(send => send.Connection)];
        SentOrdered = [.. effects.OrderedSends.Select(static send => send.Request)];
        foreach (PrimaryChange change in effects.Changes)
            _primaries[change.Group] = change.IsFound ? change.Connection : 0;
        foreach (ClientRequest watch in Sent.Where(request => request.Command.Span[0] == (byte)PlacementCommandKind.WatchConfiguration))
            Watch = watch;
        Primary = effects.Changes.Count == 0 ? Primary : effects.Changes[^1] is { IsFound: true, Connection: var found } ? found : 0;
        foreach (Completion completion in effects.Completions)
            Assert.That(_completed.Add(completion.Call), Is.True, "every call ends once");
        return this;
    }

    /// <summary>Lets time go by without a step.</summary>
    public CoreStory Later(long milliseconds)
    {
        Now += milliseconds;
        return this;
    }

    /// <summary>Stops the process: the machine's time goes by, and the client's does not.</summary>
    public CoreStory Pause(long milliseconds)
    {
        Paused += milliseconds;
        return this;
    }

    /// <summary>Lets time go by, with a step every few milliseconds.</summary>
    public CoreStory After(long milliseconds)
    {
        for (long end = Now + milliseconds; Now < end;)
        {
            Now = Math.Min(Now + 10, end);
            Step();
        }
        return this;
    }

    public CoreStory Replied(params ReadOnlySpan<ClientReply> replies) => RepliedOn(Primary, replies);

    public CoreStory RepliedOn(int connection, params ReadOnlySpan<ClientReply> replies)
    {
        List<ClientInput> inputs = [];
        foreach (ClientReply reply in replies)
            inputs.Add(ClientInput.Replied(connection, reply));
        return Step([.. inputs]);
    }

    /// <summary>The connection to the primary of a group; 0 when there is none.</summary>
    public int PrimaryOf(GroupId group) => _primaries.GetValueOrDefault(group);

    /// <summary>The connection to the primary breaks.</summary>
    public CoreStory Break() => Step(ClientInput.Ended(Primary, "reset"));

    /// <summary>A replica is asked who leads, and says that it does.</summary>
    public CoreStory Lead(string address, long view, long logTime = 0) => Answer(address, view, "primary", logTime: logTime);

    /// <summary>A replica is asked who leads, and says what it is.</summary>
    public CoreStory Answer(string address, long view, string role, bool hearsQuorum = true, string? names = null, long logTime = 0)
    {
        for (int tries = 0; tries < 1000 && !IsAsked(address); tries++)
            After(10);
        int connection = ConnectionTo(address);
        ClientRequest question = Questions[connection];
        Questions.Remove(connection);
        StatusResult status = new(
            2, new ReplicaId(0), new View(view), role, Slot.Zero, Slot.Zero, Slot.Zero, 0, hearsQuorum, 0, false, false, names is null ? [] : [names]);
        ClientReply reply = new(SessionId.None, question.Sequence, ReplyStatus.Ok, new View(view), status.Encode()) { LogTime = logTime };
        return Step(ClientInput.Replied(connection, reply));
    }

    public int ConnectionTo(string address) => _connections[address];

    public static (long Sequence, long Previous, long Mark) Name(ClientRequest request) =>
        (request.Sequence.Number, request.Previous.Number, request.AcknowledgedBelow.Number);

    private static SessionId DrawSession()
    {
        CoreStory story = new();
        story.Step();
        return story.Lead(First, view: 0).Step(ClientInput.Begin(Request("first"))).Sent.Single().Session;
    }

    private static GroupId GroupOf(string address)
    {
        if (address.Equals(Masters, StringComparison.Ordinal))
            return GroupId.Masters;
        return address.StartsWith(ShardPrefix, StringComparison.Ordinal)
            ? new GroupId(int.Parse(address.AsSpan(ShardPrefix.Length, address.IndexOf(':', StringComparison.Ordinal) - ShardPrefix.Length), CultureInfo.InvariantCulture))
            : Group;
    }

    private static bool IsQuestion(SendEffect send) => send.Request.Command.Span[0] == (byte)CommandKind.ReadStatus;

    private bool IsAsked(string address)
    {
        if (!_connections.TryGetValue(address, out int connection))
            return false;
        if (!Questions.ContainsKey(connection))
            Step(ClientInput.Opened(connection, GroupOf(address)));
        return Questions.ContainsKey(connection);
    }
}
