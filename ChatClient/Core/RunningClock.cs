using PaxosShard.Wire;

namespace PaxosShard.Client.Core;

/// <summary>
/// The time for which the process has run, in milliseconds. What passes while it is stopped, asleep or starved counts for
/// <see cref="LongestStep"/> at most, and not before what came meanwhile can have been read: the clock stands for some looks after
/// such a pause, so that nobody is judged by an answer that lies unread. Whoever looks at the clock of the machine gives its time to <see cref="ClientCore.Step"/>.
/// </summary>
/// <param name="start">The machine's time of the first look, in milliseconds.</param>
public sealed class RunningClock(long start)
{
    /// <summary>More than this between two looks, in milliseconds, was a pause.</summary>
    public const long LongestStep = 100;

    /// <summary>Looks for which the clock stands after a pause.</summary>
    public const int SettlingLooks = 5;

    /// <summary>Most looks for which it stands because there is still something to read.</summary>
    public const int SettlingLooksMax = 100;

    private long _lastLook = start;
    private int _standing;

    /// <summary>The time, from 0 on.</summary>
    public long Now { get; private set; }

    /// <summary>Looks at the machine's clock; called every few milliseconds.</summary>
    /// <param name="actual">The machine's time, in milliseconds.</param>
    /// <param name="hasUnread">Something came that is not read yet.</param>
    public void Look(long actual, bool hasUnread = false)
    {
        long step = Math.Max(0, actual - _lastLook);
        _lastLook = Math.Max(actual, _lastLook);
        if (_standing > 0)
            Settle(hasUnread);
        else if (step > LongestStep)
            _standing = 1;
        else
            Now += step;
    }

    // A long step in here is not a pause of its own: on a machine where every step is long the time must still go on.
    private void Settle(bool hasUnread)
    {
        _standing++;
        if (_standing <= SettlingLooks || (hasUnread && _standing <= SettlingLooksMax))
            return;
        _standing = 0;
        Now += LongestStep;
    }
}
