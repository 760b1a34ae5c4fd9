using System.Globalization;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>
/// What to say of a job while it is waited for: how far it is, and, once nothing has moved for a while, what is awaited. Pure: what was seen goes in with the time.
/// </summary>
/// <param name="job">The number of the job.</param>
/// <param name="start">When the wait began, in monotonic milliseconds.</param>
internal sealed class JobProgress(long job, long start)
{
    /// <summary>Between two lines of one step, where lines cannot be rewritten.</summary>
    public const long LineMilliseconds = 1000;

    /// <summary>Nothing has moved for so long: it is said what is awaited.</summary>
    public const long StandstillMilliseconds = 5000;

    private CopyPace? _pace;
    private string _step = "";
    private string _seen = "";
    private string _shown = "";
    private long _shownAt;
    private long? _movedAt;
    private bool _hasSaidWhatIsAwaited;
    private bool _hasSaidNoAnswer;

    /// <summary>Bytes that are to be copied, about; null when nobody knows: then it is not said how fast that goes and how long it still takes.</summary>
    public long? Expected { get; init; }

    /// <summary>What to say now that this was seen.</summary>
    /// <param name="underWay">The job that is carried out, which may be one before this one; null when none is.</param>
    /// <param name="copies">How far the groups are that get arcs by this job.</param>
    /// <param name="now">Monotonic milliseconds.</param>
    public IEnumerable<ProgressLine> Look(JobUnderWay? underWay, IReadOnlyList<CopySight> copies, long now)
    {
        bool isOwn = underWay?.Job == job;
        string step = isOwn ? JobText.Step(underWay!.Step) : "waiting";
        string state = step + JobText.Barrier(isOwn && underWay!.IsBarrier) + Details(isOwn ? underWay : null, underWay, copies);
        if (!string.Equals(state, _seen, StringComparison.Ordinal))
        {
            _movedAt = now;
            _hasSaidWhatIsAwaited = false;
        }

        _seen = state;
        _hasSaidNoAnswer = false;
        bool isStep = !string.Equals(step, _step, StringComparison.Ordinal);
        bool isDue = isStep || (!string.Equals(state, _shown, StringComparison.Ordinal) && now - _shownAt >= LineMilliseconds);
        _step = step;
        if (isDue)
        {
            _shown = state;
            _shownAt = now;
        }

        yield return new ProgressLine($"job {job} {state}{Pace(isOwn ? underWay : null, copies, now)}; {Seconds(now - start)}", IsPassing: true, isDue);
        long standstill = now - (_movedAt ?? now);
        if (_hasSaidWhatIsAwaited || standstill < StandstillMilliseconds)
            yield break;
        _hasSaidWhatIsAwaited = true;
        yield return new ProgressLine($"nothing has moved for {Seconds(standstill)}; job {job} waits {Awaited(isOwn ? underWay : null, underWay, copies)}", IsPassing: false, IsDue: true);
    }

    /// <summary>What to say when the masters do not answer: it once, until they do again.</summary>
    /// <param name="reason">What is known of it.</param>
    public IEnumerable<ProgressLine> NoAnswer(string reason)
    {
        if (_hasSaidNoAnswer)
            yield break;
        _hasSaidNoAnswer = true;
        yield return new ProgressLine($"the masters do not tell how far job {job} is, and are asked again: {reason}", IsPassing: false, IsDue: true);
    }

    private string Pace(JobUnderWay? own, IReadOnlyList<CopySight> copies, long now)
    {
        if (own?.Step != JobStep.Copying || Expected is not (> 0 and var expected))
            return "";
        _pace ??= new CopyPace(expected);
        return _pace.Look(copies.Sum(static copy => copy.Bytes), now);
    }

    private static string Details(JobUnderWay? own, JobUnderWay? underWay, IReadOnlyList<CopySight> copies)
    {
        if (own is null)
            return underWay is null ? "" : $" for job {underWay.Job}, which is {JobText.Step(underWay.Step)}";
        List<string> parts = [JobText.Arcs(own.Transfers.Sum(static transfer => transfer.Arcs.Count))];
        bool isCommitted = own.Step == JobStep.Committed;
        // Once committed, a group that has all of it does not tell how much that was.
        parts.AddRange(copies.Where(copy => !isCommitted || (copy.Pieces > 0 && !own.Reported.Contains(copy.Group))).Select(copy => Copied(copy, own)));
        if (isCommitted && JobText.Awaited(own) is { Count: > 0 } awaited)
            parts.Add($"{JobText.Shards(awaited)} to hand over");
        return $": {string.Join("; ", parts)}";
    }

    private static string Copied(CopySight copy, JobUnderWay own)
    {
        string shard = JobText.Shards([copy.Group]);
        if (own.Step == JobStep.Copying && own.Reported.Contains(copy.Group))
            return $"{shard} has nearly all";
        return copy.Answers ? $"{shard} has {JobText.Number(copy.Pieces)} {(copy.Pieces == 1 ? "piece" : "pieces")}, {ByteText.Of(copy.Bytes)}" : $"{shard} does not answer";
    }

    private string Awaited(JobUnderWay? own, JobUnderWay? underWay, IReadOnlyList<CopySight> copies)
    {
        if (own is null)
            return underWay is null ? "for the masters to begin it: px status" : $"for job {underWay.Job}: px shard jobs";
        IReadOnlyList<GroupId> awaited = JobText.Awaited(own);
        if (awaited.Count == 0)
            return "for the masters: px status";
        string names = string.Join(" and ", awaited.Select(group => Named(group, copies)));
        return own.Step == JobStep.Copying
            ? $"for {names} to copy nearly all: px shard cancel {job} calls it off"
            : $"for {names} to hand over, and is committed: px status";
    }

    private static string Named(GroupId group, IReadOnlyList<CopySight> copies)
    {
        string shard = JobText.Shards([group]);
        foreach (CopySight copy in copies)
        {
            if (copy.Group == group && !copy.Answers)
                return copy.Address.Length > 0 ? $"{shard}, which does not answer at {copy.Address}," : $"{shard}, which does not answer,";
        }

        return shard;
    }

    private static string Seconds(long milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000.0:0.0} s");
}
