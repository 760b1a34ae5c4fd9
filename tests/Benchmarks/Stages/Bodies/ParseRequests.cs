using BenchmarkDotNet.Attributes;
using PaxosShard.Benchmarks.Stages.Fixtures;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>Primary: requests (C) as they lie in a receive buffer become inputs, as a client's connection makes them.</summary>
public class ParseRequests : BatchedStage
{
    private const int ReadAhead = 64 * 1024;

    private static readonly ClientHandle _client = new(1);

    private readonly List<Input> _inputs = [];
    private readonly TemporaryCopies _copies = new();
    private FrameReceiver? _receiver;

    /// <inheritdoc/>
    [GlobalSetup]
    public override void Open()
    {
        IEnumerable<FrameContent> frames = new RequestSource().Next(Messages, logTime: 0).Select(static request => (FrameContent)request);
        _receiver = ArrivingFrames.Receive(frames, Batch, Limits.FrameFromClient, ReadAhead);
        _receiver.Frames.Requests = () => _copies;
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

            // What the turn before had is done with.
            _copies.Clear();
            _inputs.Clear();
            while (receiver.TryRead(out FrameContent content, out _))
                _inputs.Add(Input.FromClient(_client, content.Request));
            parsed += _inputs.Count;
        }

        return parsed;
    }
}
