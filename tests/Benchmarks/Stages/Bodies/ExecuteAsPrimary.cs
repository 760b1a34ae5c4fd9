using BenchmarkDotNet.Attributes;
using PaxosShard.Benchmarks.Stages.Fixtures;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>Primary: a follower's vote decides an entry, which is executed, and the replies are made. Before each run the entries are proposed, and durable at the primary.</summary>
public class ExecuteAsPrimary : SteppedStage
{
    private readonly List<Input> _votes = [];
    private MeasuredGroup? _group;

    /// <inheritdoc/>
    [GlobalSetup]
    public override void Open()
    {
        _group = new MeasuredGroup();
        MeasuredGroup.Fill(() =>
        {
            Prepare();
            Run();
        });
    }

    /// <inheritdoc/>
    public override void Prepare()
    {
        _group!.Primary.Sent.Clear();
        Slot before = _group.Primary.Core.Accepted;
        _group.Propose(Batch);
        _group.SyncPrimary();
        _votes.Clear();
        for (Slot slot = before.Next; slot <= _group.Primary.Core.Accepted; slot = slot.Next)
            _votes.Add(_group.Vote(slot));
    }

    /// <inheritdoc/>
    [Benchmark(OperationsPerInvoke = Messages)]
    public override int Run()
    {
        MeasuredReplica primary = _group!.Primary;
        int before = primary.Answered;
        foreach (Input vote in _votes)
            primary.Step([vote], _group.Now);
        return primary.Answered - before;
    }
}
