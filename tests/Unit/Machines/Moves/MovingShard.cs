using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Tests.Unit.Core.Snapshots;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Tests.Unit.Machines.Moves;

/// <summary>One of the shards between which arcs move: its log, and what can be asked and told, in a line each.</summary>
/// <param name="group">Its group.</param>
/// <param name="retention">How much of each room it keeps.</param>
/// <param name="stateBytes">Most bytes of its state.</param>
internal sealed class MovingShard(GroupId group, RoomRetention retention = default, long stateBytes = ShardMachine.DefaultStateBytes)
{
    private const int Sessions = 10_000;
    private const int Window = 64;

    private static readonly SessionId _driver = new(999_999);

    private long _told;
    private ReplicatedState? _state;

    /// <summary>Its group.</summary>
    public GroupId Group => group;

    /// <summary>Log time of the next entry; each one goes on by a millisecond.</summary>
    public long Time { get; set; } = 1000;

    /// <summary>What its log has built.</summary>
    public ReplicatedState State => _state ??= new ReplicatedState(Sessions, Window, NewMachine());

    /// <summary>Its machine.</summary>
    public ShardMachine Machine => (ShardMachine)State.Machine;

    /// <summary>What is known here of moves.</summary>
    public MovesResult Moves
    {
        get
        {
            ClientReply reply = State.Read(ExecutedLog.Query(new ReadMovesQuery().Encode()));
            Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Ok));
            return MovesResult.Decode(reply.Payload.Span);
        }
    }

    /// <summary>Executes a request in a slot of its own.</summary>
    public ClientReply Execute(ClientRequest request)
    {
        List<ClientReply> replies = [];
        State.Execute(State.Executed.Next, ExecutedLog.EntryOf(Time++, request), replies);
        return replies.Single();
    }

    /// <summary>Tells it something about moves or configurations, as a driver does.</summary>
    public ClientReply Tell(byte[] command) => Execute(ExecutedLog.Request(_driver, ++_told, command, previous: 0, acknowledgedBelow: _told, expiry: Math.Max(State.LogTime, Time) + 60_000));

    /// <summary>Adopts a configuration, which has to be taken.</summary>
    public void Adopt(Configuration configuration)
    {
        ClientReply reply = Tell(new AdoptConfigurationCommand(configuration.Encode()).Encode());
        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Ok), Encoding.UTF8.GetString(reply.Payload.Span));
    }

    /// <summary>Asks it, as a source, for what comes behind a place.</summary>
    public CopyArcsResult Copy(long job, GroupId destination, ReadOnlyMemory<byte> cursor)
    {
        ClientReply reply = State.Read(ExecutedLog.Query(new CopyArcsQuery(job, group, destination, cursor).Encode()));
        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Ok), Encoding.UTF8.GetString(reply.Payload.Span));
        return CopyArcsResult.Decode(reply.Payload.Span);
    }

    /// <summary>The arcs of which it holds something although it does not serve them.</summary>
    public IReadOnlyList<int> HeldArcs => ArcsResult.Decode(State.Read(ExecutedLog.Query(new ReadArcsQuery().Encode())).Payload.Span).Held;

    /// <summary>Puts a key and says what became of it.</summary>
    public ReplyStatus Put(string key, string value, long session = 7, long sequence = 0) => Execute(Request(KeyCommand.Put(Bytes(key), Bytes(value)).Encode(), session, sequence)).Status;

    /// <summary>Deletes a key.</summary>
    public void Delete(string key) => Assert.That(Execute(Request(KeyCommand.Delete(Bytes(key)).Encode(), 7, 0)).Status, Is.EqualTo(ReplyStatus.Ok));

    /// <summary>Sends a message to a room.</summary>
    public ReplyStatus Send(string room, string text) => Execute(Request(new SendMessageCommand(room, "ann", text).Encode(), 7, 0)).Status;

    /// <summary>The value of a key; "-" when it is not there, "?" when it is not served here.</summary>
    public string Get(string key)
    {
        ClientReply reply = State.Read(ExecutedLog.Query(KeyCommand.Get(Bytes(key)).Encode()));
        if (reply.Status == ReplyStatus.NotMyArc)
            return "?";
        KeyResult result = KeyResult.Decode(reply.Payload.Span);
        return result.Outcome == KeyOutcome.Done ? Encoding.UTF8.GetString(result.Value.Span) : "-";
    }

    /// <summary>The messages of a room with their numbers; "?" when it is not served here.</summary>
    public string Texts(string room)
    {
        ClientReply reply = State.Read(ExecutedLog.Query(new ReadHistoryQuery(room, -10_000, 10_000).Encode()));
        return reply.Status == ReplyStatus.NotMyArc
            ? "?"
            : string.Join(' ', HistoryResult.Decode(reply.Payload.Span).Messages.Select(static message => $"{message.Number}:{message.Text}"));
    }

    /// <summary>Goes on from a snapshot of itself, as a replica does that has got it from another one.</summary>
    public void Restart()
    {
        List<byte[]> pieces = StatePieces.Of(State, 300);
        StateImport import = StatePieces.Import(StatePieces.Options(Sessions, Window), NewMachine(), pieces);
        Assert.That(import.IsComplete, Is.True);
        Assert.That(StatePieces.Hashes(StatePieces.Of(import.State, 300)), Is.EqualTo(StatePieces.Hashes(pieces)));
        _state = import.State;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private ShardMachine NewMachine() => new(stateBytes: stateBytes, retention: retention, group: group);

    // Each one in a session of its own unless a test says otherwise: windows and order are not what these tests are about.
    private ClientRequest Request(byte[] command, long session, long sequence) => ExecutedLog.Request(
        sequence == 0 ? new SessionId((UInt128)(1_000_000 + (10_000_000 * (long)group.Number) + Time)) : new SessionId((UInt128)session),
        Math.Max(1, sequence),
        command,
        previous: 0,
        expiry: Math.Max(State.LogTime, Time) + 60_000);
}
