using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Tests.Unit.Machines.Moves;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Machines.Queues;

/// <summary>Writes entries with gates into the log of a shard, in a line each.</summary>
internal static class GatedShard
{
    /// <summary>An ordered session.</summary>
    public static SessionId Session { get; } = new SessionId(3).AsOrdered();

    /// <summary>Another one.</summary>
    public static SessionId Other { get; } = new SessionId(4).AsOrdered();

    /// <summary>A session that is not ordered.</summary>
    public static SessionId Plain { get; } = new(5);

    /// <summary>An arc of shard 2, so that a gate on it is opened by entries alone.</summary>
    public static Arc Remote { get; } = TwoShards.First.ArcsOf(new GroupId(2))[0];

    /// <summary>A token that some placement at shard 2 has.</summary>
    public static PlacementToken Elsewhere { get; } = new(1, View.First, new Slot(17));

    /// <summary>A gate on a predecessor at shard 2.</summary>
    public static Gate FarGate { get; } = new(Remote.Number, Elsewhere);

    /// <summary>Executes one command in a slot of its own.</summary>
    public static ClientReply Run(this MovingShard shard, ClientRequest request, Gate? gate = null) => shard.RunAll((request, gate))[0];

    /// <summary>Executes some commands in one slot.</summary>
    public static List<ClientReply> RunAll(this MovingShard shard, params ReadOnlySpan<(ClientRequest Request, Gate? Gate)> commands)
    {
        List<ClientReply> replies = [];
        shard.State.Execute(shard.State.Executed.Next, EntryOf(shard.Time++, commands), replies);
        return replies;
    }

    /// <summary>An entry of the first view.</summary>
    public static Entry EntryOf(long time, params ReadOnlySpan<(ClientRequest Request, Gate? Gate)> commands)
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        foreach ((ClientRequest request, Gate? gate) in commands)
            builder.TryAdd(request, gate);
        return builder.Build(new EntryStamp(View.First, time, time));
    }

    /// <summary>Puts "number;" behind the value of a key.</summary>
    public static ClientRequest Append(SessionId session, long number, string key, long previous = 0, long acknowledgedBelow = 0, long expiry = ExecutedLog.Expiry) =>
        ExecutedLog.Request(session, number, KeyCommand.Append(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{number};")).Encode(), previous, acknowledgedBelow, expiry);

    /// <summary>Reads a key in the log.</summary>
    public static ClientRequest Get(SessionId session, long number, string key, long previous = 0) =>
        ExecutedLog.Request(session, number, KeyCommand.Get(Encoding.UTF8.GetBytes(key)).Encode(), previous);

    /// <summary>Cancels a number.</summary>
    public static ClientRequest Cancel(SessionId session, long number, string key) =>
        ExecutedLog.Request(session, number, new CancelOperationCommand(Encoding.UTF8.GetBytes(key)).Encode(), 0);

    /// <summary>Opens the gate of a number, or takes it out of its queue.</summary>
    public static ClientRequest Settle(SessionId session, long number, PlacementToken token, bool opens) =>
        ExecutedLog.Request(session, number, new SettleGateCommand(opens, token).Encode(), 0, expiry: 0);

    /// <summary>Opens the gate of what is queued under a number, or takes that out.</summary>
    public static void SettleQueued(this MovingShard shard, SessionId session, long number, bool opens = true) => shard.Run(Settle(session, number, shard.State.Queues.Find(session, number)!.Token, opens));

    /// <summary>What waits, "session.number" each, those whose gate is open with a "+".</summary>
    public static string Waiting(this MovingShard shard) => string.Join(' ', shard.State.Queues.All.Select(Name));

    /// <summary>What ran in the last slot out of a queue.</summary>
    public static string Drained(this MovingShard shard) => string.Join(' ', shard.State.Drained.Select(static reply => $"{(ulong)reply.Session.Number}.{reply.Sequence.Number}"));

    /// <summary>The value that a result tells.</summary>
    public static string Value(ReadOnlyMemory<byte> payload) => Encoding.UTF8.GetString(KeyResult.Decode(payload.Span).Value.Span);

    private static string Name(QueuedOperation operation) => $"{(ulong)operation.Session.Number}.{operation.Sequence}{(operation.IsOpen ? "+" : "")}";
}
