using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Loop;
using PaxosShard.Wire.Connections;

namespace PaxosShard.Tests.Unit.Node;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EventLoopTests : IAsyncDisposable
{
    private readonly EventLoop _loop = new(spinMicroseconds: 0);
    private readonly CountedTurns _turns = new();
    private readonly Task _running;
    private readonly Socket _other;
    private readonly Connection _connection;

    public EventLoopTests()
    {
        _running = DedicatedThread.RunAsync("loop", () => _loop.Run(_turns));
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _other = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _other.Connect((IPEndPoint)listener.LocalEndPoint!);
        _connection = new Connection(listener.Accept(), static failure => failure.GetType().Name, _loop.Open);
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        _other.Dispose();
        _loop.Stop();
        await _running;
        _loop.Dispose();
    }

    [Test]
    public async Task What_is_begun_on_the_loop_goes_on_there()
    {
        List<bool> here = [];
        await _loop.RunAsync(async () =>
        {
            here.Add(_loop.IsHere);
            await Task.Delay(1);
            here.Add(_loop.IsHere);
            await Task.Yield();
            here.Add(_loop.IsHere);
        });

        Assert.That(here, Is.EqualTo(new[] { true, true, true }));
        Assert.That(_loop.IsHere, Is.False);
    }

    [Test]
    public void What_fails_on_the_loop_is_told_and_the_loop_goes_on()
    {
        Assert.That(() => _loop.RunAsync(static () => throw new InvalidDataException("this")), Throws.InstanceOf<InvalidDataException>());
        Assert.That(() => _loop.RunAsync(static () => Task.FromException(new InvalidDataException("that"))), Throws.InstanceOf<InvalidDataException>());
        Assert.That(() => _loop.RunAsync(static () => Task.CompletedTask), Throws.Nothing);
    }

    [Test]
    public async Task Nothing_that_is_posted_is_lost_and_each_poster_keeps_its_order()
    {
        const int Posters = 4;
        const int Each = 20_000;
        List<(int Poster, int Number)> ran = [];
        await Task.WhenAll(Enumerable.Range(0, Posters).Select(poster => Task.Run(() =>
        {
            for (int number = 0; number < Each; number++)
            {
                int own = number;
                _loop.Post(_ => ran.Add((poster, own)), state: null);
            }
        })));
        await _loop.RunAsync(static () => Task.CompletedTask);

        Assert.That(ran, Has.Count.EqualTo(Posters * Each));
        for (int poster = 0; poster < Posters; poster++)
            Assert.That(ran.Where(one => one.Poster == poster).Select(static one => one.Number), Is.EqualTo(Enumerable.Range(0, Each)));
    }

    [Test]
    public async Task Bytes_are_received_as_they_arrive_and_then_the_end()
    {
        byte[] buffer = new byte[10];
        Task<int> first = ReceiveAsync(buffer, CancellationToken.None);
        _other.Send("abc"u8);
        Assert.That(await first, Is.EqualTo(3));
        Assert.That(buffer[..3], Is.EqualTo("abc"u8.ToArray()));

        _other.Send("defg"u8);
        _other.Shutdown(SocketShutdown.Send);
        Assert.That(await ReceiveAsync(buffer.AsMemory(0, 3), CancellationToken.None), Is.EqualTo(3));
        Assert.That(await ReceiveAsync(buffer, CancellationToken.None), Is.EqualTo(1));
        Assert.That(await ReceiveAsync(buffer, CancellationToken.None), Is.Zero);
    }

    [Test]
    public async Task A_wait_that_is_cancelled_loses_nothing()
    {
        using CancellationTokenSource source = new();
        byte[] buffer = new byte[10];
        Task<int> cancelled = ReceiveAsync(buffer, source.Token);
        await source.CancelAsync();
        Assert.That(async () => await cancelled, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await ReceiveAsync(buffer, source.Token), Throws.InstanceOf<OperationCanceledException>());

        _other.Send("abc"u8);
        Assert.That(await ReceiveAsync(buffer, CancellationToken.None), Is.EqualTo(3));
    }

    [Test]
    public async Task A_connection_that_is_closed_ends_both_waits()
    {
        Task<int> receiving = ReceiveAsync(new byte[10], _connection.Closed);
        Task<int> sending = SendUntilFullAsync();
        await _loop.RunAsync(static () => Task.CompletedTask);
        _connection.Close("for the test");

        // Which one it is depends on whether the wait had begun.
        Assert.That(async () => await receiving, Throws.InstanceOf<OperationCanceledException>().Or.InstanceOf<ObjectDisposedException>());
        Assert.That(async () => await sending, Throws.InstanceOf<OperationCanceledException>().Or.InstanceOf<ObjectDisposedException>());
        Assert.That(async () => await ReceiveAsync(new byte[10], CancellationToken.None), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task A_reset_is_told_to_whoever_receives()
    {
        Task<int> receiving = ReceiveAsync(new byte[10], CancellationToken.None);
        _other.Close(0);

        Assert.That(async () => await receiving, Throws.InstanceOf<SocketException>());
    }

    [Test]
    public async Task What_the_socket_does_not_take_leaves_when_the_other_side_reads()
    {
        byte[] bytes = new byte[32 * 1024 * 1024];
        new Random(1).NextBytes(bytes);
        Task sending = _loop.RunAsync(async () =>
        {
            for (ReadOnlyMemory<byte> rest = bytes; !rest.IsEmpty;)
                rest = rest[await _connection.Stream.SendAsync(rest, CancellationToken.None)..];
        });
        byte[] received = new byte[bytes.Length];
        for (int count = 0; count < received.Length;)
            count += _other.Receive(received.AsSpan(count));
        await sending;

        Assert.That(received.AsSpan().SequenceEqual(bytes));
    }

    /// <summary>Readiness is told as long as it lasts; a loop that did not take a socket off its list would never sleep again.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public async Task What_nobody_waits_for_does_not_keep_the_loop_awake(bool isReset)
    {
        Task<int> begun = ReceiveAsync(new byte[1], CancellationToken.None);
        _other.Send("ab"u8);
        await begun;
        _other.Send("cd"u8);
        if (isReset)
            _other.Close(0);
        await Waiting.UntilAsync(() => _turns.Count > 2 && IsQuiet(), "the loop sleeps");

        Assert.That(await ReceiveAsync(new byte[10], CancellationToken.None), Is.EqualTo(3));
        if (isReset)
            Assert.That(async () => await ReceiveAsync(new byte[10], CancellationToken.None), Throws.InstanceOf<SocketException>());

        bool IsQuiet()
        {
            int before = _turns.Count;
            Thread.Sleep(50);
            return _turns.Count - before <= 1;
        }
    }

    [Test]
    public void Nobody_waits_from_another_thread()
    {
        Assert.That(async () => await _connection.Stream.ReceiveAsync(new byte[10], CancellationToken.None), Throws.InvalidOperationException);
    }

    [Test]
    public async Task What_is_posted_after_the_end_runs_elsewhere()
    {
        _loop.Stop();
        await _running;

        bool? isHere = null;
        await _loop.RunAsync(() =>
        {
            isHere = _loop.IsHere;
            return Task.CompletedTask;
        });

        Assert.That(isHere, Is.False);
    }

    [Test]
    public async Task A_socket_that_was_disposed_is_forgotten()
    {
        Assert.That(_loop.SocketCount, Is.EqualTo(1));
        Task<int> receiving = ReceiveAsync(new byte[10], _connection.Closed);
        _connection.Dispose();

        Assert.That(async () => await receiving, Throws.InstanceOf<OperationCanceledException>().Or.InstanceOf<ObjectDisposedException>());
        Assert.That(_loop.SocketCount, Is.Zero);
        await _loop.RunAsync(static () => Task.CompletedTask);
    }

    private async Task<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        int count = 0;
        await _loop.RunAsync(async () => count = await _connection.Stream.ReceiveAsync(buffer, cancellation));
        return count;
    }

    private async Task<int> SendUntilFullAsync()
    {
        int count = 0;
        await _loop.RunAsync(async () =>
        {
            for (byte[] bytes = new byte[1024 * 1024]; ;)
                count += await _connection.Stream.SendAsync(bytes, _connection.Closed);
        });
        return count;
    }

    [Test]
    public async Task A_look_at_what_is_ready_takes_nothing_away()
    {
        byte[] buffer = new byte[10];
        Task<int> receiving = ReceiveAsync(buffer, CancellationToken.None);
        bool wasQuiet = false;
        bool isReady = false;
        await _loop.RunAsync(() =>
        {
            wasQuiet = !_loop.HasReady;
            _other.Send("abc"u8);
            for (int look = 0; look < 20_000 && !isReady; look++)
            {
                Thread.Sleep(1);
                isReady = _loop.HasReady && _loop.HasReady;
            }

            return Task.CompletedTask;
        });

        Assert.That((wasQuiet, isReady), Is.EqualTo((true, true)));
        Assert.That(await receiving, Is.EqualTo(3));
    }

    [Test]
    public async Task What_its_own_thread_brings_before_a_turn_begins_no_other_turn()
    {
        const int Rounds = 200;
        int before = _turns.Count;
        for (int round = 0; round < Rounds; round++)
        {
            await _loop.RunAsync(() =>
            {
                _loop.Wake();
                return Task.CompletedTask;
            });
        }

        Assert.That(_turns.Count - before, Is.LessThan(Rounds * 3 / 2));
    }

    [Test]
    public async Task What_a_turn_brings_itself_begins_the_next_one_at_once()
    {
        const int Turns = 1000;
        int left = Turns;
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _turns.InTurn = () =>
        {
            if (--left > 0)
                _loop.Wake();
            else
                done.TrySetResult();
        };
        _loop.Wake();

        // By itself there is a turn a second.
        await done.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private sealed class CountedTurns : ILoopWork
    {
        private int _count;

        public Action? InTurn { get; set; }

        public int Count => Volatile.Read(ref _count);

        public int MillisecondsLeft => 1000;

        public void Turn()
        {
            Interlocked.Increment(ref _count);
            InTurn?.Invoke();
        }
    }
}
