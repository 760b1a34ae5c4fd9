using System.Buffers;
using BenchmarkDotNet.Attributes;
using PaxosShard.Benchmarks.Stages.Fixtures;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>Primary: the frames of replies (R) are written behind what waits to be sent to a client; a batch is sent together.</summary>
public class EncodeReplies : BatchedStage
{
    private readonly ArrayBufferWriter<byte> _frames = new();
    private ClientReply[] _replies = [];

    /// <inheritdoc/>
    [GlobalSetup]
    public override void Open() => _replies = Replies.OfRun();

    /// <inheritdoc/>
    [Benchmark(OperationsPerInvoke = Messages)]
    public override int Run()
    {
        int encoded = 0;
        while (encoded < Messages)
        {
            _frames.ResetWrittenCount();
            for (int end = encoded + Batch; encoded < end; encoded++)
                FrameWriter.Write(_frames, _replies[encoded], ArrivingFrames.Group);
        }

        return encoded;
    }
}
