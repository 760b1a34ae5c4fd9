using System.Buffers.Binary;
using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Hashing.Rings;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>Masters and two shards on loopback, each a <see cref="FakeGroup"/>: the masters tell the configuration, and a shard refuses what is not its own by it.</summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    private Configuration _configuration;

    public FakeCluster()
    {
        Guid cluster = Guid.NewGuid();
        Masters = new FakeGroup(replicas: 1) { Cluster = cluster, Group = GroupId.Masters, Answers = AnswerOfMasters };
        One = new FakeGroup(replicas: 1) { Cluster = cluster, Group = new GroupId(1) };
        Two = new FakeGroup(replicas: 1) { Cluster = cluster, Group = new GroupId(2) };
        One.Answers = request => RefusalOf(One, request);
        Two.Answers = request => RefusalOf(Two, request);
        Shard[] shards = [.. new[] { One, Two }.Select(static group => new Shard(group.Group, RingMember.DefaultPoints, group.Endpoints))];
        _configuration = Configuration.Zero.Next(1, shards, Assignment.First(shards));
    }

    public FakeGroup Masters { get; }

    public FakeGroup One { get; }

    public FakeGroup Two { get; }

    private Configuration Now => Volatile.Read(ref _configuration);

    /// <summary>The shard that a room or key belongs to.</summary>
    public FakeGroup OwnerOf(string name) => Now.OwnerOf(ArcOf(name)) == One.Group ? One : Two;

    /// <summary>Gives a room or key to the other shard, without what is in it.</summary>
    public void Move(string name)
    {
        GroupId to = OwnerOf(name) == One ? Two.Group : One.Group;
        Volatile.Write(ref _configuration, Now.Next(Now.Number + 1, Now.Shards, Assignment.ForMove(Now, [ArcOf(name)], to)));
    }

    public async ValueTask DisposeAsync()
    {
        await Masters.DisposeAsync();
        await One.DisposeAsync();
        await Two.DisposeAsync();
    }

    private static Arc ArcOf(string name) => Arc.Of(Encoding.UTF8.GetBytes(name));

    private static ClientReply Reply(ClientRequest request, ReplyStatus status, byte[] payload) =>
        new(request.Session, request.Sequence, status, View.First, payload);

    private ClientReply? AnswerOfMasters(ClientRequest request)
    {
        Configuration now = Now;
        bool isNews = (PlacementCommandKind)request.Command.Span[0] != PlacementCommandKind.WatchConfiguration
            || WatchConfigurationQuery.Decode(request.Command.Span).Above < now.Number;
        return Reply(request, ReplyStatus.Ok, new ConfigurationResult(now.Number, isNews ? now.Encode() : ReadOnlyMemory<byte>.Empty).Encode());
    }

    private ClientReply? RefusalOf(FakeGroup group, ClientRequest request)
    {
        Configuration now = Now;
        bool isOfAll = (CommandKind)request.Command.Span[0] is CommandKind.ListRooms or CommandKind.ListKeys;
        if (isOfAll || now.OwnerOf(Arc.Of(CommandPart.NameIn(request.Command.Span))) == group.Group)
            return null;
        byte[] number = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(number, now.Number);
        return Reply(request, ReplyStatus.NotMyArc, number);
    }
}
