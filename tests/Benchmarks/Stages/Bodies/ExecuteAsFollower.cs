using BenchmarkDotNet.Attributes;
using PaxosShard.Benchmarks.Stages.Fixtures;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>
/// Follower: a proposal is accepted and handed to the log, and says that the entry before it is decided, which is executed; once the log is durable the vote is made. Before each run the
/// primary proposes; that the entries are parsed is a stage of its own.
/// </summary>
public class ExecuteAsFollower : SteppedStage
{
    private readonly List<Input> _proposals = [];
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
        _group!.Follower.Sent.Clear();
        _group.Propose(Batch);
        _proposals.Clear();
        foreach (Proposal proposal in _group.Primary.Sent.Select(static sent => sent.Message).OfType<Proposal>().DistinctBy(static proposal => proposal.Slot))
        {
            Entry entry = Entry.Parse(proposal.Entry.Bytes.ToArray());
            _proposals.Add(MeasuredGroup.FromPrimary(new Proposal(proposal.View, proposal.Slot, entry, proposal.Slot.Previous)));
        }

        _group.DecideAll();
    }

    /// <inheritdoc/>
    [Benchmark(OperationsPerInvoke = Messages)]
    public override int Run()
    {
        MeasuredReplica follower = _group!.Follower;
        Slot before = follower.Core.Executed;
        foreach (Input proposal in _proposals)
        {
            follower.Step([proposal], _group.Now);
            if (follower.TrySync(out Input synced))
                follower.Step([synced], _group.Now);
        }

        return (int)(follower.Core.Executed - before) * Batch;
    }
}
