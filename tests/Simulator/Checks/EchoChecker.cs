using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S20: a read that is answered rests on a quorum of echoes to a nonce that left after the read had arrived (rule 8). That an answer happens
/// to be right proves nothing.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="kind">What the replicas run.</param>
public sealed class EchoChecker(CheckContext context, MachineKind kind)
{
    private const int NoncesKept = 64;

    private readonly IStateMachine _machine = kind.New();

    private readonly Reader[] _readers = [.. Enumerable.Range(0, context.MachineCount).Select(static _ => new Reader())];

    /// <summary>A replica's process is gone.</summary>
    public void OnStopped(int replica) => _readers[replica] = new Reader();

    /// <summary>A step begins.</summary>
    public void OnStep(int replica) => _readers[replica].Step++;

    /// <summary>A request enters a core.</summary>
    public void OnRequest(int replica, in Input input)
    {
        ReadOnlySpan<byte> command = input.Request.Command.Span;
        if (command.IsEmpty || _machine.Classify(command) != CommandClass.Read)
            return;

        (long, long) key = (input.Client.Number, input.Request.Sequence.Number);
        if (!_readers[replica].Arrived.TryGetValue(key, out List<long>? copies))
            _readers[replica].Arrived.Add(key, copies = []);
        copies.Add(_readers[replica].Step);
    }

    /// <summary>A client's connection is gone.</summary>
    public void OnClientGone(int replica, ClientHandle client)
    {
        Dictionary<(long Client, long Sequence), List<long>> arrived = _readers[replica].Arrived;
        foreach ((long Client, long Sequence) key in arrived.Keys.Where(key => key.Client == client.Number).ToArray())
            arrived.Remove(key);
    }

    /// <summary>A heartbeat of a primary leaves.</summary>
    public void OnBeat(int replica, Heartbeat beat)
    {
        Reader reader = _readers[replica];
        if (beat.View != reader.View)
            reader.Nonces.Clear();
        reader.View = beat.View;
        if (reader.Nonces.Exists(nonce => nonce.Value == beat.Nonce))
            return;
        reader.Nonces.Add(new Nonce(beat.Nonce, reader.Step) { Echoes = 1 << context.PlaceOf(replica) });
        if (reader.Nonces.Count > NoncesKept)
            reader.Nonces.RemoveAt(0);
    }

    /// <summary>An answer to a heartbeat reaches a replica.</summary>
    public void OnAnswer(int replica, int from, HeartbeatAnswer answer)
    {
        Reader reader = _readers[replica];
        if (answer.View == reader.View && reader.Nonces.Find(nonce => nonce.Value == answer.Nonce) is { } echoed)
            echoed.Echoes |= 1 << from;
    }

    /// <summary>A reply leaves a replica.</summary>
    public void OnReply(int replica, Reply reply)
    {
        Reader reader = _readers[replica];
        (long, long) key = (reply.Client.Number, reply.Message.Sequence.Number);
        if (reply.Message.Session != SessionId.None || !reader.Arrived.TryGetValue(key, out List<long>? copies) || copies.Count == 0)
            return;

        // Of several copies the newest is the one that finds no place, and the oldest the one that is answered first.
        bool isAnswer = reply.Message.Status == ReplyStatus.Ok;
        long arrived = copies[isAnswer ? 0 : ^1];
        copies.RemoveAt(isAnswer ? 0 : copies.Count - 1);
        if (copies.Count == 0)
            reader.Arrived.Remove(key);
        bool isProven = reader.Nonces.Exists(nonce => nonce.Step >= arrived && int.PopCount(nonce.Echoes) >= context.Quorum);
        if (isAnswer && context.ReplicaCount > 1 && !isProven)
            context.Report("S20", $"r{replica} answers a read, and no quorum has echoed a nonce that left after it had arrived");
    }

    private sealed class Reader
    {
        public Dictionary<(long Client, long Sequence), List<long>> Arrived { get; } = [];

        public List<Nonce> Nonces { get; } = [];

        public View View { get; set; } = View.None;

        public long Step { get; set; }
    }

    /// <summary>A nonce that has left.</summary>
    private sealed class Nonce(long value, long step)
    {
        public long Value => value;

        public long Step => step;

        public int Echoes { get; set; }
    }
}
