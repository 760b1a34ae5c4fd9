using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>
/// When what was seen of a change that is measured, from the beginning of the load. A step that was over before it was seen begins when the next one was seen. Safe from any thread.
/// </summary>
internal sealed class JobTimes
{
    private readonly Lock _gate = new();
    private TimeSpan? _copying;
    private TimeSpan? _draining;
    private TimeSpan? _committed;
    private TimeSpan? _progress;
    private long _bytes;
    private long _pieces;

    /// <summary>The quiet window begins.</summary>
    public TimeSpan Quiet { get; set; }

    /// <summary>The quiet window ends, and the replicas of the new shard are started.</summary>
    public TimeSpan Starting { get; set; }

    /// <summary>The masters are asked.</summary>
    public TimeSpan Asked { get; set; }

    /// <summary>The job was seen to be done.</summary>
    public TimeSpan Done { get; set; }

    /// <summary>The window after it ends.</summary>
    public TimeSpan End { get; set; }

    /// <summary>The job was seen in Copying.</summary>
    public TimeSpan Copying => _copying ?? Draining;

    /// <summary>The job was seen in Draining.</summary>
    public TimeSpan Draining => _draining ?? Committed;

    /// <summary>The job was seen in Committed.</summary>
    public TimeSpan Committed => _committed ?? Done;

    /// <summary>The first thing was seen that moved: a piece that the new shard has, or a step behind Copying.</summary>
    public TimeSpan Progress => _progress is { } progress && progress < Draining ? progress : Draining;

    /// <summary>Bytes that the new shard was last seen to have copied.</summary>
    public long CopiedBytes => Interlocked.Read(ref _bytes);

    /// <summary>Pieces that the new shard was last seen to have copied.</summary>
    public long CopiedPieces => Interlocked.Read(ref _pieces);

    /// <summary>The job was seen in a step.</summary>
    /// <param name="step">Which.</param>
    /// <param name="now">When.</param>
    public void See(JobStep step, TimeSpan now)
    {
        lock (_gate)
        {
            if (step == JobStep.Copying)
                _copying ??= now;
            else if (step == JobStep.Draining)
                _draining ??= now;
            else if (step == JobStep.Committed)
                _committed ??= now;
        }
    }

    /// <summary>The new shard was seen to have so much; what it says when it has ended its part is nothing.</summary>
    public void SeeCopied(long pieces, long bytes, TimeSpan now)
    {
        if (pieces == 0)
            return;
        lock (_gate)
        {
            _progress ??= now;
            _pieces = Math.Max(_pieces, pieces);
            _bytes = Math.Max(_bytes, bytes);
        }
    }

    /// <summary>Which window a time is in; null before the first one and behind the last.</summary>
    public ChangeWindow? WindowOf(TimeSpan time)
    {
        if (time < Quiet || time >= End)
            return null;
        if (time < Starting)
            return ChangeWindow.Quiet;
        if (time < Copying)
            return ChangeWindow.Starting;
        if (time < Draining)
            return ChangeWindow.Copying;
        return time < Done ? ChangeWindow.HandingOver : ChangeWindow.After;
    }
}

/// <summary>The parts of the time that is measured, in their order.</summary>
internal enum ChangeWindow
{
    /// <summary>Nothing but the load.</summary>
    Quiet,

    /// <summary>The replicas of the new shard are started, the masters are asked, and the job begins.</summary>
    Starting,

    /// <summary>The step Copying.</summary>
    Copying,

    /// <summary>The steps Draining and Committed, until the job is done.</summary>
    HandingOver,

    /// <summary>The job is done.</summary>
    After,
}
