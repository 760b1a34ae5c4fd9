using System.Collections.Concurrent;
using NLog;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Replica.Sharding;

/// <summary>
/// Drives a shard's group while its replica is the primary: brings it the configurations of the masters, and arcs from group to group. It runs a <see cref="ShardDriver"/> that begins with nothing, makes its
/// calls, and gives it their answers, one after the other, as they come. The masters may be unreachable for ever: the group serves what it serves all the same. That two of them act for a moment, when the
/// primary changes, does no harm: what is so already is told again without effect. Runs once.
/// </summary>
/// <param name="options">What it has to know; valid.</param>
/// <param name="isPrimary">Whether the replica is the primary now; asked often.</param>
public sealed class ShardAgent(ShardAgentOptions options, Func<bool> isPrimary) : IDisposable
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(ShardAgent));

    // How soon it ends after another replica leads, milliseconds.
    private const long Look = 100;

    private readonly ShardDriver _driver = new(options.Group);
    private readonly ShardNews _news = new(options.Group, _log);
    private readonly List<DriverCall> _calls = [];
    private readonly ConcurrentQueue<EndedCall> _ended = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private int _underWay;

    /// <summary>Runs until the replica is not the primary any more.</summary>
    /// <param name="stopping">Ends it at once.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        await using CallRunner runner = new(options);
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            while (isPrimary())
            {
                BeginCalls(runner, ending.Token);
                long now = Environment.TickCount64;
                int wait = (int)Math.Clamp(_driver.NextStep(now) - now, 0, Look);
                if (await _arrived.WaitAsync(wait, stopping) && _ended.TryDequeue(out EndedCall? ended))
                    Take(ended);
                await runner.CloseUnusedAsync();
            }
        }
        finally
        {
            await ending.CancelAsync();
            for (; _underWay > 0; _underWay--)
                await _arrived.WaitAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _arrived.Dispose();

    private void BeginCalls(CallRunner runner, CancellationToken ending)
    {
        _calls.Clear();
        _driver.Step(Environment.TickCount64, _calls);
        foreach (DriverCall call in _calls)
        {
            _underWay++;
            _ = RunAsync(runner, call, ending);
        }
    }

    /// <summary>Never fails: what became of the call is for the driver.</summary>
    private async Task RunAsync(CallRunner runner, DriverCall call, CancellationToken ending)
    {
        EndedCall ended;
        try
        {
            ended = new EndedCall(call, await runner.RunAsync(call, ending), Failure: null);
        }
        catch (Exception failure)
        {
            ended = new EndedCall(call, Answer: null, failure);
        }

        _ended.Enqueue(ended);
        _arrived.Release();
    }

    private void Take(EndedCall ended)
    {
        _underWay--;
        if (ended.Answer is { } answer)
        {
            MovesResult? before = _driver.Own;
            _driver.Answer(ended.Call, answer, Environment.TickCount64);
            _news.TellAnswer(ended.Call, before, _driver.Own);
        }
        else
        {
            _driver.Fail(ended.Call, ended.Failure!.Message, Environment.TickCount64);
            _news.TellFailure(ended.Call, ended.Failure);
        }

        _news.TellEnds(_driver.FindTrouble);
    }
}
