using BenchmarkDotNet.Attributes;
using PaxosShard.Benchmarks.Stages.Fixtures;
using PaxosShard.Wire;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>Client: replies (R) as they lie in a receive buffer become replies, as the client's connection hands them over.</summary>
public class DecodeReplies : BatchedStage
{
    private const int ReadAhead = 64 * 1024;

    private readonly List<ClientReply> _replies = [];
    private FrameReceiver? _receiver;

    /// <inheritdoc/>
    [GlobalSetup]
    public override void Open() =>
        _receiver = ArrivingFrames.Receive(Replies.OfRun().Select(static reply => (FrameContent)reply), Batch, Limits.FrameFromClient, ReadAhead);

    /// <inheritdoc/>
    [Benchmark(OperationsPerInvoke = Messages)]
    public override int Run()
    {
        FrameReceiver receiver = _receiver!;
        int decoded = 0;
        while (decoded < Messages)
        {
            receiver.Fill();
            _replies.Clear();
            while (receiver.TryRead(out FrameContent content, out _))
                _replies.Add(content.Reply);
            decoded += _replies.Count;
        }

        return decoded;
    }
}
