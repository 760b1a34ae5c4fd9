using NUnit.Framework;
using PaxosShard.Client;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>
/// The machine's time until a test holds it: from then on it passes only when the test says so, and whatever is answered at once is answered
/// in time, however slow the machine is.
/// </summary>
internal sealed class HeldTime : TimeProvider
{
    private static readonly TimeSpan _requestTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _backOff = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long? _held;

    /// <summary>By this time, and with pauses that are longer than a request may take: what was refused once is not sent again before its time is over.</summary>
    public ClientOptions OptionsFor(FakeGroup group) => ClientTestOptions.For(group) with
    {
        RequestTimeout = _requestTimeout,
        BackOffFirst = _backOff,
        BackOffLast = _backOff,
        AskPause = _backOff,
        BackOffIdle = _backOff,
        Time = this,
    };

    public void Hold()
    {
        lock (_gate)
            _held ??= base.GetTimestamp();
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _held ?? base.GetTimestamp();
    }

    /// <summary>Lets it pass until a task has ended, in steps too short to be taken for a pause of the process.</summary>
    public async Task PassUntilAsync(Task end)
    {
        for (int step = 0; step < 5000 && !end.IsCompleted; step++)
        {
            lock (_gate)
                _held += TimestampFrequency / 50;
            await Task.Delay(5);
        }

        Assert.That(end.IsCompleted, "no time-out ended it");
    }
}
