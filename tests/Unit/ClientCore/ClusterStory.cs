using System.Buffers.Binary;
using System.Text;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Hashing.Rings;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>A client core that knows the masters of a cluster with three shards, each of one replica, under a script.</summary>
internal sealed class ClusterStory
{
    public static readonly GroupId One = new(1);
    public static readonly GroupId Two = new(2);
    public static readonly GroupId Three = new(3);

    public ClusterStory(ClientCoreOptions? options = null) =>
        Story = new CoreStory(options ?? new ClientCoreOptions { Seed = 7, Silence = 10_000 }, CoreStory.Masters);

    public CoreStory Story { get; }

    public IReadOnlyList<Completion> Completed => Story.Completed;

    public IEnumerable<(Call Call, Outcome Outcome)> Ended => Story.Ended.Select(static completion => (completion.Call, completion.Outcome));

    /// <summary>Configuration 1: shard 1 has all arcs but those of some rooms, which shard 2 has.</summary>
    public static Configuration First(params string[] roomsOfTwo)
    {
        HashSet<Arc> ofTwo = [.. roomsOfTwo.Select(ArcOf)];
        return Configuration.Zero.Next(
            1,
            new[] { One, Two, Three }.Select(static group => new Shard(group, RingMember.DefaultPoints, [CoreStory.Shard(group)])),
            Enumerable.Range(0, Arc.Count).Select(static number => new Arc(number)).Select(arc => new ArcMove(arc, GroupId.None, ofTwo.Contains(arc) ? Two : One)));
    }

    /// <summary>The next configuration: a room moves to a shard.</summary>
    public static Configuration Move(Configuration before, string room, GroupId to, long job = 2) =>
        before.Next(job, before.Shards, Assignment.ForMove(before, [ArcOf(room)], to));

    /// <summary>The next configuration: a shard leaves.</summary>
    public static Configuration Leave(Configuration before, GroupId group) =>
        before.Next(2, before.Shards.Where(shard => shard.Group != group), Assignment.ForLeave(before, group));

    public static ClientReply Done(ClientRequest request) => Reply(request, ReplyStatus.Ok, new SendMessageResult(1).Encode());

    public static ClientReply NotMyArc(ClientRequest request, long configuration)
    {
        byte[] payload = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(payload, configuration);
        return Reply(request, ReplyStatus.NotMyArc, payload);
    }

    public static ClientReply Reply(ClientRequest request, ReplyStatus status, byte[]? payload = null) =>
        new(request.Session, request.Sequence, status, View.First, payload ?? []);

    public static byte[] Answer(Configuration configuration) => new ConfigurationResult(configuration.Number, configuration.Encode()).Encode();

    /// <summary>The masters are found.</summary>
    public ClusterStory FindMasters()
    {
        Story.Step();
        Story.Lead(CoreStory.Masters, view: 0);
        return this;
    }

    /// <summary>The masters are found, and tell a configuration.</summary>
    public ClusterStory Begin(Configuration configuration) => FindMasters().Tell(configuration);

    /// <summary>The masters answer the question for a newer configuration.</summary>
    public ClusterStory Tell(Configuration configuration)
    {
        ClientRequest watch = Story.Watch!.Value;
        Story.RepliedOn(Story.PrimaryOf(GroupId.Masters), Reply(watch, ReplyStatus.Ok, Answer(configuration)));
        return this;
    }

    /// <summary>The primary of a shard is found.</summary>
    public ClusterStory Lead(GroupId group, long view = 0)
    {
        Story.Lead(CoreStory.Shard(group), view);
        return this;
    }

    /// <summary>Messages to a room begin, and what leaves for its shard is looked at by <see cref="SentTo"/>.</summary>
    public Request[] Send(string room, params string[] texts)
    {
        Request[] requests = [.. texts.Select(text => CoreStory.Request(text, room: room))];
        Story.Step([.. requests.Select(ClientInput.Begin)]);
        return requests;
    }

    /// <summary>What was sent to the primary of a group in the last step.</summary>
    public ClientRequest[] SentTo(GroupId group) =>
        [.. Story.Sent.Zip(Story.SentOn).Where(sent => sent.Second == Story.PrimaryOf(group)).Select(static sent => sent.First)];

    public ClusterStory RepliedBy(GroupId group, params ReadOnlySpan<ClientReply> replies)
    {
        Story.RepliedOn(Story.PrimaryOf(group), replies);
        return this;
    }

    /// <summary>The connection to the primary of a shard breaks.</summary>
    public ClusterStory Break(GroupId group)
    {
        Story.Step(ClientInput.Ended(Story.PrimaryOf(group), "reset"));
        return this;
    }

    private static Arc ArcOf(string room) => Arc.Of(Encoding.UTF8.GetBytes(room));
}
