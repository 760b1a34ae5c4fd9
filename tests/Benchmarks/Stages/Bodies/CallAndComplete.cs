using System.Buffers;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using PaxosShard.Benchmarks.Stages.Fixtures;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>
/// Client: its core takes a batch of calls, the frames of their requests (C) are written, and it takes the replies, which complete the calls. The commands and results are made beforehand, and so are sockets and
/// whoever waits for a call.
/// </summary>
public class CallAndComplete : BatchedStage
{
    private const int MostTurns = 1000;

    private readonly ClientCore _core = new(new ClientCoreOptions { Seed = 7 }, ["127.0.0.1:1"]);
    private readonly ArrayBufferWriter<byte> _frames = new();
    private readonly byte[] _command = new RequestSource().Next(logTime: 0).Command.ToArray();
    private readonly byte[] _result = new SendMessageResult(1).Encode();
    private readonly List<ClientInput> _inputs = [];
    private readonly List<Request> _requests = [];
    private long _now;
    private int _connection;

    /// <inheritdoc/>
    [GlobalSetup]
    public override void Open()
    {
        for (int turn = 0; _core.PrimaryAddress is null; turn++)
        {
            if (turn == MostTurns)
                throw new InvalidOperationException("the client finds no primary");
            _now++;
            Answer(_core.Step(CollectionsMarshal.AsSpan(_inputs), _now, _now));
        }

        _inputs.Clear();
    }

    /// <inheritdoc/>
    [Benchmark(OperationsPerInvoke = Messages)]
    public override int Run()
    {
        int completed = 0;
        for (int batch = 0; batch < BatchesPerRun; batch++)
        {
            for (int call = 0; call < Batch; call++)
                _inputs.Add(ClientInput.Begin(Next(call)));
            ClientEffects effects = _core.Step(CollectionsMarshal.AsSpan(_inputs), _now, _now);
            _inputs.Clear();
            Send(effects.Sends);
            effects = _core.Step(CollectionsMarshal.AsSpan(_inputs), _now, _now);
            _inputs.Clear();
            foreach (Completion completion in effects.Completions)
                completed += completion.Outcome == Outcome.Done ? 1 : 0;
        }

        return completed;
    }

    // As the library does: a request that nothing is kept of stands for the next one.
    private Request Next(int call)
    {
        if (_requests.Count > call && _requests[call].IsReleased)
        {
            _requests[call].StandFor(_command, timeout: null, caller: null);
            return _requests[call];
        }

        Request request = new(_command, timeout: null);
        if (_requests.Count > call)
            _requests[call] = request;
        else
            _requests.Add(request);
        return request;
    }

    private void Send(List<SendEffect> sends)
    {
        _frames.ResetWrittenCount();
        foreach (SendEffect send in sends)
        {
            FrameWriter.Write(_frames, send.Request, ArrivingFrames.Group);
            ClientReply reply = new(send.Request.Session, send.Request.Sequence, ReplyStatus.Ok, View.First, _result) { LogTime = Entries.Time };
            _inputs.Add(ClientInput.Replied(_connection, reply));
        }
    }

    // The replica to which the client connects says that it leads.
    private void Answer(ClientEffects effects)
    {
        _inputs.Clear();
        foreach (ConnectEffect connect in effects.Connects)
            _inputs.Add(ClientInput.Opened(_connection = connect.Connection, ArrivingFrames.Group));
        StatusResult status = new(
            1, new ReplicaId(0), View.First, "primary", Slot.Zero, Slot.Zero, Slot.Zero, 0, HearsQuorum: true, 0, false, false, []);
        foreach (SendEffect send in effects.Sends)
        {
            ClientReply reply = new(SessionId.None, send.Request.Sequence, ReplyStatus.Ok, View.First, status.Encode()) { LogTime = Entries.Time };
            _inputs.Add(ClientInput.Replied(send.Connection, reply));
        }
    }
}
