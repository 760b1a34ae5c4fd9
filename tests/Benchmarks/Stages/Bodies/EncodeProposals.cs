using System.Buffers;
using BenchmarkDotNet.Attributes;
using PaxosShard.Benchmarks.Stages.Fixtures;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>Primary: the frame of a proposal (P) is written once, and copied behind what waits to be sent to each of two followers.</summary>
public class EncodeProposals : BatchedStage
{
    private readonly ArrayBufferWriter<byte> _frame = new();
    private readonly ArrayBufferWriter<byte>[] _followers = [new(), new()];
    private Proposal[] _proposals = [];

    /// <inheritdoc/>
    [GlobalSetup]
    public override void Open() => _proposals = Entries.Propose(Entries.OfRun(Batch));

    /// <inheritdoc/>
    [Benchmark(OperationsPerInvoke = Messages)]
    public override int Run()
    {
        int encoded = 0;
        foreach (Proposal proposal in _proposals)
        {
            _frame.ResetWrittenCount();
            FrameWriter.Write(_frame, proposal, ArrivingFrames.Group);
            foreach (ArrayBufferWriter<byte> follower in _followers)
            {
                follower.ResetWrittenCount();
                follower.Write(_frame.WrittenSpan);
            }

            encoded += proposal.Entry.CommandCount;
        }

        return encoded;
    }
}
