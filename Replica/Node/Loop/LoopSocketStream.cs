using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using PaxosShard.Wire.Connections;

namespace PaxosShard.Replica.Node.Loop;

/// <summary>
/// Waits for one socket on an <see cref="EventLoop"/>: receives when it is told that there is something, and then goes on with whoever waits, on the loop's thread.
/// Used by that thread alone, but for <see cref="Dispose"/>.
/// </summary>
internal sealed class LoopSocketStream : ISocketStream
{
    private readonly EventLoop _loop;
    private readonly SafeSocketHandle _socket;
    private readonly SocketWait _receiving;
    private readonly SocketWait _sending;
    private uint _watched;

    /// <summary>To be made by <see cref="EventLoop.Open"/>.</summary>
    public LoopSocketStream(EventLoop loop, Socket socket, long number)
    {
        _loop = loop;
        _socket = socket.SafeHandle;
        Number = number;
        _receiving = new SocketWait(loop, static (socket, bytes) => (socket.Receive(bytes.Span, SocketFlags.None, out SocketError error), error), socket);
        _sending = new SocketWait(loop, static (socket, bytes) => (socket.Send(bytes.Span, SocketFlags.None, out SocketError error), error), socket);
    }

    /// <summary>What the loop knows it by.</summary>
    public long Number { get; }

    private uint Wanted => (_receiving.IsPending ? Epoll.Readable : 0) | (_sending.IsPending ? Epoll.Writable : 0);

    /// <inheritdoc/>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => WaitAsync(_receiving, buffer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        WaitAsync(_sending, MemoryMarshal.AsMemory(bytes), cancellationToken);

    /// <summary>The socket is ready for something; whoever waits for that goes on before this returns.</summary>
    public void OnReady(uint bits)
    {
        uint wanted = Wanted;
        bool isBroken = (bits & Epoll.Broken) != 0;
        if ((wanted & Epoll.Readable) != 0 && (isBroken || (bits & Epoll.Readable) != 0))
            _receiving.GoOn();
        if ((wanted & Epoll.Writable) != 0 && (isBroken || (bits & Epoll.Writable) != 0))
            _sending.GoOn();

        // What nobody waited for would be reported again and again.
        if (wanted == 0 || (bits & ~Epoll.Broken & ~wanted) != 0)
            WatchFor(Wanted);
    }

    /// <inheritdoc/>
    public void Dispose() => _loop.Forget(this);

    private ValueTask<int> WaitAsync(SocketWait wait, Memory<byte> bytes, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_socket.IsClosed, this);
        ValueTask<int> begun = wait.BeginAsync(bytes, cancellationToken);
        uint wanted = Wanted;
        if ((wanted & ~_watched) != 0)
            WatchFor(wanted | _watched);
        return begun;
    }

    private void WatchFor(uint bits)
    {
        if (bits == _watched)
            return;
        uint before = _watched;
        _watched = bits;
        try
        {
            _loop.Watch(this, _socket, before, bits);
        }
        catch (Exception failure) when (failure is ObjectDisposedException or SocketException)
        {
            // Nobody would tell them any more.
            _watched = 0;
            if (_receiving.IsPending)
                _receiving.End(0, failure);
            if (_sending.IsPending)
                _sending.End(0, failure);
        }
    }
}

/// <summary>One who waits for a socket to be ready, and what is done with it then. Begun, ended and awaited on the loop's thread.</summary>
/// <param name="loop">The loop.</param>
/// <param name="act">Takes bytes from the socket or gives it some, without waiting.</param>
/// <param name="socket">The socket.</param>
internal sealed class SocketWait(EventLoop loop, Func<Socket, Memory<byte>, (int Count, SocketError Error)> act, Socket socket) : IValueTaskSource<int>
{
    private Memory<byte> _bytes;
    private CancellationTokenRegistration _cancellation;
    private Action<object?>? _continuation;
    private object? _state;
    private Exception? _failure;
    private int _count;
    private short _version;
    private bool _isBegun;

    /// <summary>Somebody waits.</summary>
    public bool IsPending { get; private set; }

    /// <summary>Begins to wait.</summary>
    /// <exception cref="InvalidOperationException">Somebody waits already, or the caller is not on the loop's thread.</exception>
    /// <exception cref="OperationCanceledException">The token is cancelled already.</exception>
    public ValueTask<int> BeginAsync(Memory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_isBegun || !loop.IsHere)
            throw new InvalidOperationException("one at a time waits for a socket, on the thread of its loop");
        cancellationToken.ThrowIfCancellationRequested();
        _isBegun = true;
        IsPending = true;
        _bytes = bytes;
        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.UnsafeRegister(static (wait, token) => ((SocketWait)wait!).Cancel(token), this);
        return new ValueTask<int>(this, _version);
    }

    /// <summary>The socket is ready, or broken: whoever waits goes on, unless there was nothing after all.</summary>
    public void GoOn()
    {
        try
        {
            (int count, SocketError error) = act(socket, _bytes);
            if (error != SocketError.WouldBlock)
                End(count, error == SocketError.Success ? null : new SocketException((int)error));
        }
        catch (ObjectDisposedException closed)
        {
            End(0, closed);
        }
    }

    /// <summary>It is over, and whoever waits goes on before this returns.</summary>
    public void End(int count, Exception? failure)
    {
        IsPending = false;
        _bytes = default;
        _cancellation.Unregister();
        _cancellation = default;
        _count = count;
        _failure = failure;
        Action<object?>? continuation = _continuation;
        object? state = _state;
        (_continuation, _state) = (null, null);
        continuation?.Invoke(state);
    }

    /// <inheritdoc/>
    int IValueTaskSource<int>.GetResult(short token)
    {
        if (token != _version || !_isBegun || IsPending)
            throw new InvalidOperationException("the result is not there, or was taken already");
        _version++;
        _isBegun = false;
        Exception? failure = _failure;
        _failure = null;
        return failure is null ? _count : throw failure;
    }

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => (IsPending, _failure) switch
    {
        (true, _) => ValueTaskSourceStatus.Pending,
        (_, null) => ValueTaskSourceStatus.Succeeded,
        (_, OperationCanceledException) => ValueTaskSourceStatus.Canceled,
        _ => ValueTaskSourceStatus.Faulted,
    };

    /// <inheritdoc/>
    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        if (IsPending)
            (_continuation, _state) = (continuation, state);
        else
            loop.Post(new SendOrPostCallback(continuation), state);
    }

    private void Cancel(CancellationToken token)
    {
        short version = _version;
        loop.Post(
            _ =>
            {
                if (IsPending && version == _version)
                    End(0, new OperationCanceledException(token));
            },
            state: null);
    }
}
