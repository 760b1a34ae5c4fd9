namespace PaxosShard.Wire.Time;

/// <summary>
/// The time for which the process has run, in milliseconds: what the silence of others is measured in. A process that was stopped by a
/// signal, asleep or starved has not read what meanwhile came to lie in its sockets, so the silence it would measure is its own. What
/// passes then counts for <see cref="PauseRule.LongestStep"/> at most, and not before what came can have been read: the clock stands for
/// some looks after such a pause. One task looks, any thread reads.
/// </summary>
/// <param name="start">The machine's time of the first look, in milliseconds.</param>
/// <param name="rule">What is a pause, and how long the clock stands after one.</param>
public sealed class RunningClock(long start, PauseRule rule)
{
    private long _lastLook = start;
    private long _now;
    private int _standing;

    /// <summary>The time as of the last look, from 0 on.</summary>
    public long Now => Volatile.Read(ref _now);

    /// <summary>It stands after a pause: only then it matters to a look whether something is unread.</summary>
    public bool IsStanding => _standing > 0;

    /// <summary>Looks at the machine's clock; called in short, regular steps.</summary>
    /// <param name="actual">The machine's time, in milliseconds.</param>
    /// <param name="hasUnread">Something came that is not read yet.</param>
    /// <returns>False while the clock stands: nobody is to be judged before the next look.</returns>
    public bool Look(long actual, bool hasUnread = false)
    {
        long step = Math.Max(0, actual - _lastLook);
        _lastLook = Math.Max(actual, _lastLook);
        if (_standing > 0)
            return Settle(hasUnread);
        if (step > rule.LongestStep)
        {
            _standing = 1;
            return false;
        }

        Volatile.Write(ref _now, _now + step);
        return true;
    }

    // A long step in here is not a pause of its own: on a machine where every step is long the time must still go on.
    private bool Settle(bool hasUnread)
    {
        _standing++;
        if (_standing <= rule.SettlingLooks || (hasUnread && _standing <= rule.MostSettlingLooks))
            return false;
        _standing = 0;
        Volatile.Write(ref _now, _now + rule.LongestStep);
        return true;
    }
}

/// <summary>What a <see cref="RunningClock"/> takes for a pause of the process, depending on how often it is looked at.</summary>
/// <param name="LongestStep">More than this between two looks, in milliseconds, was a pause.</param>
/// <param name="SettlingLooks">Looks for which the clock stands after a pause, the one that found it included.</param>
/// <param name="MostSettlingLooks">Most looks for which it stands because there is still something to read.</param>
public sealed record PauseRule(long LongestStep, int SettlingLooks, int MostSettlingLooks);
