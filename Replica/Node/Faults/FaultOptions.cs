using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Faults;

/// <summary>Faults that a replica commits on purpose, so that drills can show what the group makes of them.</summary>
public sealed record FaultOptions
{
    // Farther than any clock is wrong by mistake, and near enough that every date in between exists.
    private static readonly TimeSpan _mostWrong = TimeSpan.FromDays(36_500);

    /// <summary>As primary, the first Proposal of this slot is sent to nobody: the others see a hole until it is sent again. <see cref="Slot.Zero"/> for none.</summary>
    public Slot SkipSlot { get; init; } = Slot.Zero;

    /// <summary>Probability, 0 to 1, that a frame from or to a peer or client is lost; connections and hellos stay whole.</summary>
    public double DropProbability { get; init; }

    /// <summary>Kills the process, as SIGKILL does, once it has executed this many slots; 0 for never.</summary>
    public long KillAfterSlots { get; init; }

    /// <summary>
    /// As primary, kills the process, as SIGKILL does, when it has executed an entry with a command of one of these kinds and before anybody is told of it: the first byte of such a command (<c>CommandKind</c>,
    /// <c>PlacementCommandKind</c>), and its name.
    /// </summary>
    public IReadOnlyDictionary<byte, string> CrashAt { get; init; } = new Dictionary<byte, string>();

    /// <summary>Kills the process, as SIGKILL does, just before one of these steps of a snapshot or of the transfer of one (<see cref="CrashStepNames"/>).</summary>
    public IReadOnlySet<string> CrashBefore { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>
    /// <see cref="CrashAt"/> and <see cref="CrashBefore"/> strike only while a file of the command's or the step's name is in this directory, and take it away: of all replicas that look there one dies, and once. In the file of a step
    /// stands how many such steps pass before, none if it is empty. Null: they strike each time, also when the replica is started again.
    /// </summary>
    public string? CrashDirectory { get; init; }

    /// <summary>The steps that <see cref="CrashBefore"/> knows: calls about the files of snapshots, about segments of the log and about the names in the directory, and messages.</summary>
    public static IReadOnlySet<string> CrashStepNames => CrashSteps.All;

    /// <summary>Cuts this replica off while it is on; null for never.</summary>
    public CutSwitch? Cut { get; init; }

    /// <summary>How far the wall clock that the core is shown is ahead of the machine's; below zero: behind it. At most 36,500 days.</summary>
    public TimeSpan ClockOffset { get; init; }

    /// <summary>By how much that wall clock jumps, and back, again and again, besides its offset; zero for never. At most 36,500 days ahead or back.</summary>
    public TimeSpan ClockJump { get; init; }

    /// <summary>Time between two jumps, at least 1 ms.</summary>
    public TimeSpan ClockJumpEvery { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Checks every rule above.</summary>
    /// <exception cref="InvalidOptionsException">One is broken; the message says which.</exception>
    public void Validate()
    {
        if (SkipSlot < Slot.Zero)
            throw new InvalidOptionsException("the slot to skip is 1 or more");
        if (DropProbability is not (>= 0 and <= 1))
            throw new InvalidOptionsException("the probability to drop a frame is 0 to 1");
        if (KillAfterSlots < 0)
            throw new InvalidOptionsException("the number of slots before the kill is 1 or more");
        if (CrashDirectory is not null && CrashAt.Count == 0 && CrashBefore.Count == 0)
            throw new InvalidOptionsException("a directory that lets a replica crash says nothing without the commands or the steps at which it does");
        if (!CrashBefore.IsSubsetOf(CrashStepNames))
            throw new InvalidOptionsException($"no step of a snapshot is called '{CrashBefore.First(static step => !CrashStepNames.Contains(step))}'");
        if (IsTooWrong(ClockOffset) || IsTooWrong(ClockJump))
            throw new InvalidOptionsException("a wall clock is wrong, or jumps, by at most 36,500 days");
        if (ClockJumpEvery < TimeSpan.FromMilliseconds(1))
            throw new InvalidOptionsException("between two jumps of a wall clock there is 1 ms or more");
    }

    private static bool IsTooWrong(TimeSpan error) => error < -_mostWrong || error > _mostWrong;
}

/// <summary>
/// Cuts a replica off from everybody, and lets it back: while it is on every frame is lost, to and from peers and clients. Connections stay open, and nobody is told. Any thread.
/// </summary>
public sealed class CutSwitch
{
    private volatile bool _isOn;

    /// <summary>The replica is cut off.</summary>
    public bool IsOn
    {
        get => _isOn;
        set => _isOn = value;
    }
}
