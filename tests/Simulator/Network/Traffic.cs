using PaxosShard.Simulator.Randomness;
using PaxosShard.Simulator.Time;

namespace PaxosShard.Simulator.Network;

/// <summary>The bytes of every connection: what waits to be sent, what is under way, and when it arrives.</summary>
internal sealed class Traffic
{
    /// <summary>The kind of the event that says that bytes of a connection may have arrived.</summary>
    public const int Arrive = 0;

    private readonly EventQueue _queue;
    private readonly RandomStream _random;
    private readonly NetworkOptions _options;
    private readonly Links _links;
    private readonly DelayDraw _delays;
    private readonly IEventTarget _target;
    private readonly PiecePool _pool = new();

    public Traffic(EventQueue queue, RandomStream random, NetworkOptions options, Links links, DelayDraw delays, IEventTarget target)
    {
        _queue = queue;
        _random = random;
        _options = options;
        _links = links;
        _delays = delays;
        _target = target;
    }

    /// <summary>Bits stay as they are; delays stay too.</summary>
    public bool IsCalm { get; set; }

    /// <summary>The end of the stream takes its place behind what waits.</summary>
    public void EnqueueEndOfStream(ConnectionEnd end) => end.Waiting.Enqueue(_pool.EndOfStream());

    /// <summary>A piece that has arrived is used again.</summary>
    public void Return(Piece piece) => _pool.Return(piece);

    /// <summary>Loses what an end has waiting and under way.</summary>
    public void Discard(ConnectionEnd end)
    {
        _pool.Return(end.Waiting);
        _pool.Return(end.UnderWay);
        end.WaitingBytes = 0;
        end.UnderWayBytes = 0;
    }

    /// <summary>Takes bytes in line behind what waits; they are copied, and now and then one bit of them is flipped.</summary>
    public void Enqueue(ConnectionEnd end, ReadOnlySpan<byte> bytes)
    {
        Piece piece = _pool.Take(bytes);
        if (!IsCalm && bytes.Length > 0 && _random.Chance(_options.FlipPerMillion, 1_000_000))
            PiecePool.Flip(piece, _random.Below(8 * bytes.Length));
        end.Waiting.Enqueue(piece);
        end.WaitingBytes += bytes.Length;
    }

    /// <summary>Sends off what waits, as far as the window and the link allow.</summary>
    public void Pump(ConnectionEnd end)
    {
        int to = end.Other.Address;
        if (end.IsBlackHole)
        {
            _pool.Return(end.Waiting);
            end.WaitingBytes = 0;
            return;
        }

        while (end.Waiting.Count > 0 && end.UnderWayBytes < _options.WindowBytes && !_links.IsBlocked(end.Address, to))
        {
            Piece piece = end.Waiting.Dequeue();
            int length = Math.Max(0, piece.Length);
            end.WaitingBytes -= length;
            end.UnderWayBytes += length;
            end.LastArrival = Math.Max(end.LastArrival, _queue.Now + Delay(end.Address, to));
            piece.Arrival = end.LastArrival;
            end.UnderWay.Enqueue(piece);
            _queue.Schedule(piece.Arrival, _target, Arrive, 0, end);
        }
    }

    /// <summary>Lets what was held up by a clog arrive after an ordinary delay.</summary>
    public void Hasten(ConnectionEnd sender)
    {
        long soon = _queue.Now + Delay(sender.Address, sender.Other.Address);
        foreach (Piece piece in sender.UnderWay)
            piece.Arrival = Math.Min(piece.Arrival, soon);
        sender.LastArrival = Math.Min(sender.LastArrival, soon);
        if (sender.UnderWay.Count > 0)
            _queue.Schedule(soon, _target, Arrive, 0, sender);
    }

    /// <summary>Goes on after a block or a reader's pause is over.</summary>
    public void Wake(ConnectionEnd sender)
    {
        Pump(sender);
        if (sender.UnderWay.TryPeek(out Piece? piece))
            _queue.Schedule(Math.Max(piece.Arrival, _queue.Now + _options.MinimumDelay), _target, Arrive, 0, sender);
    }

    private long Delay(int from, int to) => _delays.Draw(from, to, IsCalm);
}
