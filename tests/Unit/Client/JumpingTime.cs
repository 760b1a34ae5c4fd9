using System.Diagnostics;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>
/// The machine's time, which a test lets jump: to the client it looks as if its process had been stopped for so long. Counts how often
/// the client looks at it.
/// </summary>
internal sealed class JumpingTime : TimeProvider
{
    private readonly Lock _gate = new();
    private long _offset;
    private long _looks;
    private (long Count, TaskCompletionSource Source)? _awaited;

    public void Jump(TimeSpan time)
    {
        lock (_gate)
            _offset += (long)(time.TotalSeconds * TimestampFrequency);
    }

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            _looks++;
            if (_awaited is { } awaited && _looks >= awaited.Count)
            {
                _awaited = null;
                awaited.Source.TrySetResult();
            }
            return base.GetTimestamp() + _offset;
        }
    }

    /// <summary>The client has looked at the time so often from now on.</summary>
    public Task LookedAtAsync(int times)
    {
        lock (_gate)
        {
            TaskCompletionSource source = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited = (_looks + times, source);
            return source.Task.WaitAsync(ClientTestOptions.Patience);
        }
    }

    /// <summary>The client has run for so long, and has looked at the time now and then.</summary>
    public async Task RunAsync(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
            await LookedAtAsync(1);
    }
}
