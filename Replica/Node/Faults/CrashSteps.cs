using System.Collections.Frozen;
using System.Globalization;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Faults;

/// <summary>
/// Ends this process just before a step of a snapshot, or of the transfer of one, that a drill names: what stands on the disk is then what every step before it has left there. Any thread.
/// </summary>
/// <param name="options">The faults.</param>
/// <param name="kill">Ends the process, and does not return.</param>
internal sealed class CrashSteps(FaultOptions options, Action kill)
{
    /// <summary>A piece of the snapshot of another replica is asked for.</summary>
    public const string AskForPiece = "piece-ask";

    /// <summary>A piece of the own snapshot is sent.</summary>
    public const string SendPiece = "piece-send";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _passed = [];

    /// <summary>All there are: calls about the files of snapshots, about segments of the log, about names in the directory, and messages.</summary>
    public static FrozenSet<string> All { get; } = FrozenSet.ToFrozenSet(
    [
        "snapshot-create", "snapshot-open", "snapshot-write", "snapshot-sync", "snapshot-rename", "snapshot-delete",
        "segment-create", "segment-write", "segment-sync", "segment-rename", "segment-delete",
        "directory-sync", AskForPiece, SendPiece,
    ]);

    /// <summary>One that never strikes makes no step slower.</summary>
    public bool IsOff => options.CrashBefore.Count == 0;

    /// <summary>A message is about to leave.</summary>
    public void BeforeSending(Message message)
    {
        if (IsOff)
            return;
        if (message is SnapshotRequest)
            Before(AskForPiece);
        else if (message is SnapshotPiece)
            Before(SendPiece);
    }

    /// <summary>A step is about to be made; does not return when it is the one that the drill waits for.</summary>
    public void Before(string step)
    {
        if (!options.CrashBefore.Contains(step))
            return;
        lock (_lock)
        {
            if (options.CrashDirectory is not { } directory || IsNext(directory, step))
                kill();
        }
    }

    /// <summary>The file of the step is there, as many steps of its kind have passed since as it says, and nobody else has taken it.</summary>
    private bool IsNext(string directory, string step)
    {
        string arm = Path.Combine(directory, step);
        if (!File.Exists(arm))
        {
            _passed[step] = 0;
            return false;
        }

        long passed = _passed.GetValueOrDefault(step);
        _passed[step] = passed + 1;
        return passed >= Passes(arm) && CrashArm.TryTake(directory, step);
    }

    private static long Passes(string arm)
    {
        try
        {
            return long.TryParse(File.ReadAllText(arm), CultureInfo.InvariantCulture, out long passes) ? passes : 0;
        }
        catch (FileNotFoundException)
        {
            return long.MaxValue; // Another replica has taken it meanwhile.
        }
    }
}
