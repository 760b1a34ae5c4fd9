using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Machines;
using PaxosShard.Tests.Unit.Hashing;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Machines.Arcs;

/// <summary>The log of shard 1, and names of arcs that it serves or does not serve in configuration 1, which it shares with shard 2.</summary>
internal sealed class ShardedLog
{
    private static readonly SessionId _operator = new(1000);

    private long _adoptions;
    private long _time = 1000;

    /// <summary>Configuration 1: shards 1 and 2.</summary>
    public static Configuration First { get; } = SampleShards.FirstOf(1, 2);

    /// <summary>A name of an arc of shard 1.</summary>
    public static string Own { get; } = NameOf(1);

    /// <summary>A name of an arc of shard 2.</summary>
    public static string Foreign { get; } = NameOf(2);

    /// <summary>The machine of shard 1.</summary>
    public ShardMachine Machine { get; } = new(group: new GroupId(1));

    /// <summary>What its log has built.</summary>
    public ReplicatedState State => field ??= new ReplicatedState(100, 16, Machine);

    /// <summary>Executes a request in a slot of its own.</summary>
    public ClientReply Execute(ClientRequest request)
    {
        List<ClientReply> replies = [];
        State.Execute(State.Executed.Next, ExecutedLog.EntryOf(_time++, request), replies);
        return replies.Single();
    }

    /// <summary>Adopts a configuration.</summary>
    public ClientReply Adopt(Configuration configuration) =>
        Execute(ExecutedLog.Request(_operator, ++_adoptions, new AdoptConfigurationCommand(configuration.Encode()).Encode()));

    /// <summary>A put of a key.</summary>
    public static ClientRequest Put(SessionId session, long sequence, string key) =>
        ExecutedLog.Request(session, sequence, KeyCommand.Put(Encoding.UTF8.GetBytes(key), "value"u8.ToArray()).Encode(), previous: 0);

    /// <summary>The refusal of what is not served while a configuration is adopted.</summary>
    public static void AssertNotServed(ClientReply reply, long configuration)
    {
        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.NotMyArc));
        Assert.That(AdoptConfigurationResult.Decode(reply.Payload.Span).Number, Is.EqualTo(configuration));
    }

    private static string NameOf(int shard) => Enumerable.Range(0, int.MaxValue)
        .Select(static number => $"name {number}")
        .First(name => First.OwnerOf(Arc.Of(Encoding.UTF8.GetBytes(name))).Number == shard);
}
