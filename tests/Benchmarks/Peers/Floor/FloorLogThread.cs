using Microsoft.Win32.SafeHandles;
using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Benchmarks.Peers.Floor;

/// <summary>A thread that appends to a log what another one hands over, all that waits with one sync, so that the other one goes on meanwhile.</summary>
/// <param name="log">The log.</param>
/// <param name="durableRaised">A counter that is raised after each sync.</param>
internal sealed class FloorLogThread(FloorLog log, SafeFileHandle durableRaised) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _handedOver = new(0, 1);
    private SendBuffer _waiting = new();
    private SendBuffer _underWay = new();
    private long _lastWaiting;
    private long _durable;

    /// <summary>The index up to which all is on the disk.</summary>
    public long Durable => Volatile.Read(ref _durable);

    /// <summary>Starts it. It ends with the process; an error of the disk ends the process.</summary>
    public void Start() => new Thread(Run) { IsBackground = true, Name = "log" }.Start();

    /// <summary>Hands bytes over.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="lastIndex">The index up to which all is on the disk when they are.</param>
    public void Append(ReadOnlySpan<byte> bytes, long lastIndex)
    {
        bool isFirst;
        lock (_gate)
        {
            isFirst = _waiting.IsEmpty;
            _waiting.Add(bytes);
            _lastWaiting = lastIndex;
        }

        if (isFirst)
            _handedOver.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => _handedOver.Dispose();

    private void Run()
    {
        while (true)
        {
            _handedOver.Wait();
            long last;
            lock (_gate)
            {
                (_waiting, _underWay) = (_underWay, _waiting);
                last = _lastWaiting;
            }

            log.Append(_underWay.Waiting);
            _underWay.Drop(_underWay.Waiting.Length);
            Volatile.Write(ref _durable, last);
            SystemCalls.Raise(durableRaised);
        }
    }
}
