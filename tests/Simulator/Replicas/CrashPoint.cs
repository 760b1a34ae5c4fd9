using PaxosShard.Simulator.Disk;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Replicas;

/// <summary>
/// Ends one life of one machine at one point: just before a call of its disk takes effect, or just before a frame of it leaves. The points are counted from 1 while
/// <see cref="IsOpen"/>; what a call or a frame leaves behind is met at the point before the next one. From there on nothing of that life has an effect any more.
/// </summary>
/// <param name="at">Which point; 0 for none: then the points are only counted.</param>
/// <param name="losesPower">The power fails; otherwise only the process is killed.</param>
/// <param name="fate">What decides over unsynced writes when the power fails (see <see cref="SimulatedDisk.Crash"/>); null for chance.</param>
public sealed class CrashPoint(long at, bool losesPower = false, Func<ulong>? fate = null)
{
    private readonly HashSet<ChangingCall> _calls = [];

    /// <summary>The points are counted, and the one that was chosen is not past.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>Points that were counted so far.</summary>
    public long Count { get; private set; }

    /// <summary>Which sorts of calls of the disk were among them.</summary>
    public IReadOnlyCollection<ChangingCall> Calls => _calls;

    /// <summary>Frames among them.</summary>
    public long Frames { get; private set; }

    /// <summary>The life ended here, or is just ending.</summary>
    public bool HasStruck { get; private set; }

    /// <summary>It struck, and the machine has not noticed yet.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>It struck before a call of the disk, not before a frame.</summary>
    public bool IsAtDisk { get; private set; }

    /// <summary>What would have come next; empty before it struck.</summary>
    public string Next { get; private set; } = "";

    /// <summary>The power fails; otherwise only the process is killed.</summary>
    public bool LosesPower => losesPower;

    /// <summary>What decides over unsynced writes when the power fails; null for chance.</summary>
    public Func<ulong>? Fate => fate;

    /// <summary>Told when the life has ended.</summary>
    public Action? OnEnded { get; set; }

    /// <summary>Whether the life is over before this call.</summary>
    internal bool EndsBeforeCall(ChangingCall call, string file)
    {
        if (IsCounted())
        {
            _calls.Add(call);
            if (Count == at)
                Strike($"{call} {file}", isAtDisk: true);
        }

        return IsEnding;
    }

    /// <summary>Whether the life is over before this frame.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="to">The machine that it goes to; null for a client.</param>
    internal bool EndsBeforeFrame(MessageKind kind, int? to)
    {
        if (IsCounted())
        {
            Frames++;
            if (Count == at)
                Strike(to is { } machine ? $"{kind} to r{machine}" : $"{kind}", isAtDisk: false);
        }

        return IsEnding;
    }

    /// <summary>The machine has ended.</summary>
    internal void End()
    {
        IsEnding = false;
        OnEnded?.Invoke();
    }

    private bool IsCounted()
    {
        if (!IsOpen || HasStruck)
            return false;
        Count++;
        return true;
    }

    private void Strike(string next, bool isAtDisk)
    {
        HasStruck = IsEnding = true;
        IsAtDisk = isAtDisk;
        Next = next;
    }
}
