using NUnit.Framework;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Tests.Unit.Durability;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;
using static PaxosShard.Tests.Unit.Storage.StoreFixture;

namespace PaxosShard.Tests.Unit.Node;

public sealed class FailedDiskTests
{
    [Test]
    public async Task A_replica_whose_sync_fails_ends_for_good()
    {
        string root = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"failed-{Guid.NewGuid():N}");
        RecordedDisk disk = new(root);
        Listener listener = await Listener.BindAsync(new NetworkAddress("127.0.0.1", 0));
        ReplicaNodeOptions options = new()
        {
            DataDirectory = root,
            Self = new ReplicaId(0),
            Groups = [new GroupSetup(Identity.Group, static () => new ShardMachine())],
            Members = MemberList.Parse(listener.EndPoint.ToString()),
            Store = Small,
        };
        ReplicaStore.Create(disk.OpenDirectory(), Identity with { Replica = options.Self, ReplicaCount = 1 }, Small);
        ReplicaStore store = ReplicaStore.Open(disk.OpenDirectory(), Small, Guid.NewGuid());
        disk.Interfere = call => call.Kind == DiskCallKind.SyncData ? -5 : null;

        await using ReplicaHost host = await ReplicaHost.StartAsync(options, listener, _ => store);
        NodeOutcome outcome = await host.Completion;

        Assert.That(outcome.Reason, Is.EqualTo(StopReason.StorageFailed));
        Directory.Delete(root, recursive: true);
    }
}
