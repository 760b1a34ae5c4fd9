using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>A group of cores with perfect wires and disks, run turn by turn: every message and sync is delivered in order, unless a test says otherwise.</summary>
internal sealed class CoreCluster
{
    private readonly Queue<(ReplicaId From, ReplicaId To, Message Message)> _wire = new();
    private readonly HashSet<(int, int)> _cut = [];
    private readonly HashSet<int> _down = [];
    private readonly ReplicaCore[] _cores;
    private long _now = 1_000_000;

    public CoreCluster(int replicaCount, Func<int, GroupOptions>? options = null, Func<IStateMachine>? machine = null)
    {
        options ??= index => new GroupOptions { ReplicaCount = replicaCount, Self = new ReplicaId(index) };
        _cores = [.. Enumerable.Range(0, replicaCount).Select(index => new ReplicaCore(options(index), RecoveredState.Fresh, machine?.Invoke() ?? new ChatMachine()))];
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

    public ReplicaCore this[int index] => _cores[index];

    public void Step(int index, params Input[] inputs)
    {
        if (!_down.Contains(index))
            Carry(index, _cores[index].Step(inputs, _now));
    }

    public void Kill(int index)
    {
        _down.Add(index);
        for (int other = 0; other < _cores.Length; other++)
        {
            if (other != index)
                Step(other, Input.PeerDisconnected(new ReplicaId(index)));
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
            for (int index = 0; index < _cores.Length; index++)
            {
                if (!_down.Contains(index))
                    Carry(index, _cores[index].Tick(_now));
            }

            _now += 5;
        }

        DeliverAll();
    }

    public void DeliverAll()
    {
        while (_wire.TryDequeue(out (ReplicaId From, ReplicaId To, Message Message) frame))
            Step(frame.To.Index, Input.FromPeer(frame.From, frame.Message));
    }

    private void Carry(int index, Effects effects)
    {
        Assert.That(effects.Halt, Is.Null);
        List<Outgoing> messages = [.. effects.MessagesNow, .. effects.MessagesAfterSync];
        Replies.AddRange(effects.Replies);
        RecordNumber through = effects.RecordsThrough;
        bool hasRecords = effects.Records.Count > 0;
        foreach (Outgoing outgoing in messages)
        {
            Sent.Add((new ReplicaId(index), outgoing.To, outgoing.Message));
            if (!_cut.Contains((index, outgoing.To.Index)) && !_down.Contains(outgoing.To.Index))
                _wire.Enqueue((new ReplicaId(index), outgoing.To, outgoing.Message));
        }

        if (hasRecords)
            Step(index, Input.Synced(through));
    }
}
