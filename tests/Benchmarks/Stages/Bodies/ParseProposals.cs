using BenchmarkDotNet.Attributes;
using PaxosShard.Benchmarks.Stages.Fixtures;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>Follower: proposals (P) as they lie in a receive buffer become inputs, with entries that are checked, as a peer's connection makes them. Each arrives alone.</summary>
public class ParseProposals : BatchedStage
{
    private const int ReadAhead = 256 * 1024;

    private readonly List<Input> _inputs = [];
    private FrameReceiver? _receiver;

    /// <inheritdoc/>
    [GlobalSetup]
    public override void Open()
    {
        IEnumerable<FrameContent> frames = Entries.Propose(Entries.OfRun(Batch)).Select(static proposal => (FrameContent)proposal);
        _receiver = ArrivingFrames.Receive(frames, together: 1, Limits.FrameBetweenReplicas, ReadAhead);
    }

    /// <inheritdoc/>
    [Benchmark(OperationsPerInvoke = Messages)]
    public override int Run()
    {
        FrameReceiver receiver = _receiver!;
        int parsed = 0;
        while (parsed < Messages)
        {
            receiver.Fill();
            _inputs.Clear();
            while (receiver.TryRead(out FrameContent content, out _))
                _inputs.Add(Input.FromPeer(new ReplicaId(0), content.Message!));
            foreach (Input input in _inputs)
                parsed += ((Proposal)input.Message!).Entry.CommandCount;
        }

        return parsed;
    }
}
