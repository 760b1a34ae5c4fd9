using System.Diagnostics;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Faults;

/// <summary>Ends this process at once, without a chance to tidy up, when a drill says so: a power cut. Used by the driver's thread alone.</summary>
/// <param name="options">The faults.</param>
/// <param name="kill">Ends the process, and does not return.</param>
internal sealed class KillSwitch(FaultOptions options, Action kill)
{
    private readonly CrashSteps _steps = new(options, kill);
    private long _executed;

    /// <summary>One that sends SIGKILL to this process.</summary>
    public KillSwitch(FaultOptions options)
        : this(options, KillSelf)
    {
    }

    /// <summary>A message is about to leave; does not return when it is the step that the drill waits for.</summary>
    public void BeforeSending(Message message) => _steps.BeforeSending(message);

    /// <summary>Counts executed slots, and does not return when they are enough.</summary>
    public void OnExecuted(int slots)
    {
        _executed += slots;
        if (options.KillAfterSlots != 0 && _executed >= options.KillAfterSlots)
            kill();
    }

    /// <summary>Looks at what a step has executed, before anything that follows from it leaves, and does not return when it is what the drill waits for.</summary>
    /// <param name="decisions">The slots that were executed.</param>
    /// <param name="isPrimary">The replica is the primary: no other one dies here.</param>
    public void OnStep(List<Decision> decisions, bool isPrimary)
    {
        if (options.CrashAt.Count > 0 && isPrimary && decisions.Exists(decision => IsDeadly(decision.Entry)))
            kill();
    }

    private bool IsDeadly(Entry entry)
    {
        foreach (EntryCommand command in entry.Commands)
        {
            if (command.Command.Span is [var kind, ..] && options.CrashAt.TryGetValue(kind, out string? name) && MayCrash(name))
                return true;
        }

        return false;
    }

    private bool MayCrash(string name) => options.CrashDirectory is not { } directory || CrashArm.TryTake(directory, name);

    /// <summary>Sends SIGKILL to this process, and does not return.</summary>
    internal static void KillSelf()
    {
        using Process self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
