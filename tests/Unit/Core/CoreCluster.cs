using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>A group with perfect wires and disks, run turn by turn: every message and sync is delivered in order, unless a test says otherwise.</summary>
internal sealed class CoreCluster
{
    private readonly Queue<(ReplicaId From, ReplicaId To, Message Message)> _wire = new();
    private readonly HashSet<(int, int)> _cut = [];
    private readonly EngineReplica[] _replicas;
    private long _now = 1_000_000;

    public CoreCluster(int replicaCount, Func<int, GroupOptions>? options = null, Func<IStateMachine>? machine = null)
    {
        options ??= index => new GroupOptions { ReplicaCount = replicaCount, Self = new ReplicaId(index) };
        _replicas = [.. Enumerable.Range(0, replicaCount).Select(index => new EngineReplica(options(index), machine?.Invoke() ?? new ShardMachine()))];
        for (int from = 0; from < replicaCount; from++)
        {
            for (int to = 0; to < replicaCount; to++)
            {
                if (from != to)
                    Step(from, Input.PeerConnected(new ReplicaId(to)));
            }
        }

        Run(1);
    }

    public List<Reply> Replies { get; } = [];

    public List<(ReplicaId From, ReplicaId To, Message Message)> Sent { get; } = [];

    public ReplicaCore this[int index] => _replicas[index].Core;

    public SnapshotsInMemory SnapshotsOf(int index) => _replicas[index].Snapshots;

    public void Step(int index, params Input[] inputs)
    {
        _replicas[index].Step(inputs, _now);
        Carry(index);
    }

    public void Kill(int index)
    {
        _replicas[index].IsRunning = false;
        for (int other = 0; other < _replicas.Length; other++)
        {
            if (other != index)
                Step(other, Input.PeerDisconnected(new ReplicaId(index)));
        }
    }

    /// <summary>A newcomer starts in the place of a replica that is gone for good.</summary>
    public void ComeInFor(int index, GroupOptions options, IStateMachine machine)
    {
        _replicas[index] = new EngineReplica(options, machine);
        for (int other = 0; other < _replicas.Length; other++)
        {
            if (other == index)
                continue;
            Step(index, Input.PeerConnected(new ReplicaId(other)));
            Step(other, Input.PeerConnected(new ReplicaId(index)));
        }
    }

    public void Cut(int one, int other)
    {
        _cut.Add((one, other));
        _cut.Add((other, one));
    }

    public void HealAll()
    {
        foreach ((int from, int to) in _cut.ToList())
        {
            _cut.Remove((from, to));
            Step(from, Input.PeerConnected(new ReplicaId(to)));
        }
    }

    public void Run(int ticks)
    {
        for (int tick = 0; tick < ticks; tick++)
        {
            DeliverAll();
            for (int index = 0; index < _replicas.Length; index++)
            {
                _replicas[index].Tick(_now);
                Carry(index);
            }

            _now += 5;
        }

        DeliverAll();
    }

    /// <summary>Sees each message that arrives, and may put others in its place; null for none.</summary>
    public Func<(ReplicaId From, ReplicaId To, Message Message), IEnumerable<Message>>? OnTheWay { get; set; }

    public void DeliverAll()
    {
        while (_wire.TryDequeue(out (ReplicaId From, ReplicaId To, Message Message) frame))
        {
            foreach (Message message in OnTheWay?.Invoke(frame) ?? [frame.Message])
                Step(frame.To.Index, Input.FromPeer(frame.From, message));
        }
    }

    /// <summary>What a replica writes is durable at once; what rests on it leaves then, and no sooner.</summary>
    private void Carry(int index)
    {
        EngineReplica replica = _replicas[index];
        do
        {
            Assert.That(replica.Halt, Is.Null);
            Replies.AddRange(replica.Replies);
            replica.Replies.Clear();
            replica.Lines.Clear();
            foreach (Outgoing outgoing in replica.TakeSent())
            {
                Sent.Add((replica.Id, outgoing.To, outgoing.Message));
                if (!_cut.Contains((index, outgoing.To.Index)) && _replicas[outgoing.To.Index].IsRunning)
                    _wire.Enqueue((replica.Id, outgoing.To, outgoing.Message));
            }
        }
        while (replica.Sync(_now) || replica.WriteSnapshots(_now));
    }
}
