using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

/// <summary>A group that takes snapshots after a few messages, in short pieces.</summary>
internal sealed class SnapshotGroup
{
    private readonly ClientHandle _client = new(1);
    private long _sequence;

    public SnapshotGroup(int replicaCount = 3, Func<int, long>? snapshotBytes = null, long stateBytes = ShardMachine.DefaultStateBytes)
    {
        Cluster = new CoreCluster(
            replicaCount,
            index => new GroupOptions
            {
                ReplicaCount = replicaCount,
                Self = new ReplicaId(index),
                SnapshotBytes = snapshotBytes?.Invoke(index) ?? 4000,
                SnapshotPieceBytes = 100,
                UndecidedSlots = 4,
                ResendSlots = 8,
            },
            () => new ShardMachine(stateBytes: stateBytes));
        Cluster.Run(2);
    }

    public CoreCluster Cluster { get; }

    public int Primary { get; set; }

    /// <summary>Sends messages, one after the other, each decided before the next.</summary>
    public void Send(int count)
    {
        for (int index = 0; index < count; index++)
            Assert.That(Ask(new SendMessageCommand("room", "author", $"message {_sequence + 1}").Encode()), Is.EqualTo(ReplyStatus.Ok));
    }

    /// <summary>Puts a value of so many bytes.</summary>
    /// <returns>What the client is told; when it is busy, nothing was taken.</returns>
    public ReplyStatus Put(string key, int bytes) => Ask(KeyCommand.Put(Encoding.UTF8.GetBytes(key), new byte[bytes]).Encode());

    /// <summary>A replica can reach nobody, and nobody reaches it.</summary>
    public void CutOff(int replica)
    {
        foreach (int other in Others(replica))
            Cluster.Cut(replica, other);
    }

    /// <summary>All replicas have executed the same, to the same state.</summary>
    public void AssertThatAllAgree(int replicaCount = 3)
    {
        for (int index = 1; index < replicaCount; index++)
        {
            Assert.That(Cluster[index].Executed, Is.EqualTo(Cluster[0].Executed));
            Assert.That(Cluster[index].StateHash, Is.EqualTo(Cluster[0].StateHash));
            Assert.That(Cluster[index].Occupancy with { LogBytes = 0 }, Is.EqualTo(Cluster[0].Occupancy with { LogBytes = 0 }));
        }
    }

    private static IEnumerable<int> Others(int replica) => Enumerable.Range(0, 3).Where(other => other != replica);

    private ReplyStatus Ask(byte[] command)
    {
        long sequence = _sequence + 1;
        ClientRequest request = new(new SessionId(1), new SequenceNumber(sequence), new SequenceNumber(_sequence), new SequenceNumber(sequence), command)
        {
            Expiry = 1_120_000,
        };
        Cluster.Replies.Clear();
        Cluster.Step(Primary, Input.FromClient(_client, request));
        Cluster.Run(1);
        ReplyStatus status = Cluster.Replies.Single().Message.Status;

        // What was not taken leaves its number free.
        if (status == ReplyStatus.Ok)
            _sequence = sequence;
        return status;
    }
}
