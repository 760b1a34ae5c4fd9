using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using PaxosShard.Benchmarks.Stages.Fixtures;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>
/// Primary: requests go through the inbox into the queue, and from there into an entry, which is accepted, handed to the log and proposed to the followers. Before each run everything that
/// was proposed is decided and executed.
/// </summary>
public class Propose : SteppedStage
{
    private const int MostInputs = 4096;
    private const int FrameBytes = 256;

    private readonly Inbox _inbox = new(static () => { });
    private readonly InboxBudget _budget = new(MostInputs, MostInputs * FrameBytes);
    private readonly List<List<Input>> _batches = [];
    private MeasuredGroup? _group;

    /// <inheritdoc/>
    [GlobalSetup]
    public override void Open()
    {
        _group = new MeasuredGroup();
        MeasuredGroup.Fill(() =>
        {
            _group.Propose(Batch);
            _group.DecideAll();
        });
    }

    /// <inheritdoc/>
    public override void Prepare()
    {
        _group!.DecideAll();
        _group.Later();
        _batches.Clear();
        for (int index = 0; index < BatchesPerRun; index++)
            _batches.Add(_group.Requests(Batch));
    }

    /// <inheritdoc/>
    [Benchmark(OperationsPerInvoke = Messages)]
    public override int Run()
    {
        MeasuredReplica primary = _group!.Primary;
        Slot before = primary.Core.Accepted;
        foreach (List<Input> batch in _batches)
        {
            if (_inbox.TryPost(_budget, batch, batch.Count * FrameBytes))
                primary.Step(CollectionsMarshal.AsSpan(_inbox.Take(traffic: true)), _group.Now);
        }

        return (int)(primary.Core.Accepted - before) * Batch;
    }
}
