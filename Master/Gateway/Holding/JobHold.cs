using System.Diagnostics.CodeAnalysis;
using NLog;
using PaxosShard.Master.Gateway.Lines;
using PaxosShard.Master.Gateway.Threads;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Gateway.Holding;

/// <summary>
/// The requests that are held back for one job, until the last of them has gone on. They wait without a thread, and go on in the order in which they came: as many at once as have space beside
/// other requests, each further one when one before it has its answer. Any thread.
/// </summary>
internal sealed class JobHold
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(JobHold));

    private readonly HoldBounds _bounds;
    private readonly Func<GatewayRequest, Task<GatewayAnswer>> _run;

    // Null: all.
    private readonly HashSet<int>? _arcs;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly Queue<RequestCall> _waiting = new();
    private bool _isOver;

    /// <summary>Begins to hold.</summary>
    /// <param name="job">The job: the requests for all arcs that move by it, or all that there are if it is a barrier.</param>
    /// <param name="bounds">How many, and for how long.</param>
    /// <param name="run">Carries a request out; never fails.</param>
    public JobHold(JobUnderWay job, HoldBounds bounds, Func<GatewayRequest, Task<GatewayAnswer>> run)
    {
        Job = job.Job;
        _bounds = bounds;
        _run = run;
        _arcs = job.IsBarrier ? null : [.. job.Transfers.SelectMany(static transfer => transfer.Arcs)];
        _ = RunAsync();
    }

    /// <summary>The number of the job.</summary>
    public long Job { get; }

    /// <summary>Requests that are held now, or wait for their turn to go on.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>Holds a request back if the job concerns it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">Its answer, once there is one; busy when as many as may be are held.</param>
    /// <returns>False: it is not held, it goes on.</returns>
    public bool TryHold(GatewayRequest request, [NotNullWhen(true)] out Task<GatewayAnswer>? answer)
    {
        answer = null;
        if (_arcs?.Contains(request.Arc.Number) == false)
            return false;
        lock (_gate)
        {
            if (_isOver)
                return false;
            if (_waiting.Count >= _bounds.Requests)
            {
                answer = Task.FromResult(GatewayAnswer.Busy(_arcs is null ? $"{_bounds.Requests} requests wait for a barrier, which is the limit" : $"{_bounds.Requests} requests wait for arcs that are about to move, which is the limit"));
                return true;
            }

            RequestCall call = new(request);
            _waiting.Enqueue(call);
            answer = call.Answer;
            return true;
        }
    }

    /// <summary>Holds nothing any more; what is held goes on.</summary>
    public void End() => _ended.TrySetResult();

    // Never fails. What a shard that is stopped holds up must not wait for one request after the other to be given up: so the turns have a time too.
    private async Task RunAsync()
    {
        await _ended.Task.WaitAsync(_bounds.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_arcs is null)
            _log.Info("What was held back behind job {Job} goes on, because {Reason:l}", Job, _ended.Task.IsCompleted ? "it has ended" : "it takes too long");
        lock (_gate)
            _isOver = true;
        Task[] turns = [.. Enumerable.Range(0, Math.Min(_bounds.AtOnce, Count)).Select(_ => TakeTurnsAsync())];
        await Task.WhenAll(turns).WaitAsync(_bounds.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll([.. turns, .. Enumerable.Range(0, Count).Select(_ => TakeTurnsAsync())]);
    }

    private async Task TakeTurnsAsync()
    {
        while (Next() is { } call)
            call.Complete(await _run(call.Request));
    }

    private RequestCall? Next()
    {
        lock (_gate)
            return _waiting.TryDequeue(out RequestCall? call) ? call : null;
    }
}
