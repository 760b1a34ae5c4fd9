using System.Diagnostics;

namespace PaxosShard.Replica.Node.Faults;

/// <summary>Ends this process at once, without a chance to tidy up, after a number of executed slots: a power cut for drills.</summary>
/// <param name="options">The faults.</param>
internal sealed class KillSwitch(FaultOptions options)
{
    private long _executed;

    /// <summary>Counts executed slots, and does not return when they are enough.</summary>
    public void OnExecuted(int slots)
    {
        _executed += slots;
        if (options.KillAfterSlots == 0 || _executed < options.KillAfterSlots)
            return;
        using Process self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
