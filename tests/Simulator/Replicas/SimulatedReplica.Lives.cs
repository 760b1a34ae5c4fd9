using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Disk;

namespace PaxosShard.Simulator.Replicas;

/// <content>How its process begins, stops for a while and ends, and with it those of all replicas on its machine.</content>
public sealed partial class SimulatedReplica
{
    private SimulatedReplica[] _together = [];

    /// <summary>The replicas that are on the machine, this one among them.</summary>
    private SimulatedReplica[] Together => _together.Length > 0 ? _together : _together = [this];

    /// <summary>Puts the replicas of several groups onto one machine, whose disk they share already; before the first start.</summary>
    public static void ShareWith(IReadOnlyList<SimulatedReplica> replicas)
    {
        foreach (SimulatedReplica replica in replicas)
            replica._together = [.. replicas];
    }

    /// <summary>Starts the process; nothing happens when it runs already.</summary>
    public void Start()
    {
        if (_process is not null || (IsLostForGood && !IsForgetful))
            return;
        foreach (SimulatedReplica replica in Together)
            replica.IsMachineUp = true;
        if (RecoveryCrashes > 0)
        {
            RecoveryCrashes--;
            setting.Disk.Disk.CrashAtOperation = setting.Disk.Disk.Operations + setting.Random.Between(1, 25);
        }

        DiskOutcome outcome = OnDisk(static disk => disk.Store.Open());
        if (outcome != DiskOutcome.Done)
        {
            if (_point is { HasStruck: true })
                return;
            if (outcome == DiskOutcome.Full)
                setting.Disk.Store.Kill();
            setting.Checks.Marks.Reach(outcome == DiskOutcome.Full ? Mark.DiskFull : Mark.CrashInRecovery);
            setting.Queue.Schedule(setting.Queue.Now + setting.Random.Between(1_000L, 50_000L), this, StartAgain);
            return;
        }

        setting.Disk.Disk.CrashAtOperation = 0;
        foreach (SimulatedReplica replica in Together)
            replica.BeginLife();
        LogWork log = new(this, [.. Together.Select(static replica => replica._process!)]);
        foreach (SimulatedReplica replica in Together)
            replica._process!.Start(log);
    }

    private void BeginLife()
    {
        RecoveredState recovered = setting.Disk.Recovered;
        Identity = setting.Disk.Identity.Identity;
        Checks.OnIdentity(Index, Identity);
        Checks.OnRecovered(Index, recovered, setting.Disk.Disk.WasDamaged);
        WatchDisk();
        _process = new ReplicaProcess(this, ++_lives, recovered);
        Checks.OnStarted(Index, _process.Core, recovered.Owned);
        setting.Log?.Write($"r{Index} starts: promised {recovered.Promised}, owned {recovered.Owned}, {recovered.Snapshot}, decided {recovered.Decided}, {recovered.Known.Count} known, {recovered.Votes.Count} votes, faulty {string.Join(' ', recovered.Faulty)} from {recovered.FaultyFrom}");
    }

    /// <summary>The process is killed; its kernel closes its connections, so that the others notice.</summary>
    public void Kill()
    {
        if (!End(fate: null))
            return;
        foreach (SimulatedReplica replica in Together)
        {
            replica.Setting.Log?.Write($"r{Index} is killed");
            replica.Setting.Network.CloseAll(Index);
        }
    }

    /// <summary>The machine loses power: nobody is told, and unsynced writes may be torn.</summary>
    /// <param name="fate">What decides over unsynced writes (see <see cref="SimulatedDisk.Crash"/>); null for chance.</param>
    public void LosePower(Func<ulong>? fate = null)
    {
        fate ??= setting.Random.Next;
        if (!IsMachineUp)
            return;
        if (setting.Disk.Disk.HasPending)
            setting.Checks.Marks.Reach(Mark.PowerLostInWrite);
        if (!End(fate))
            setting.Disk.Store.LosePower(fate);
        foreach (SimulatedReplica replica in Together)
        {
            replica.Setting.Log?.Write($"r{Index} loses power");
            replica.IsMachineUp = false;
            replica.Setting.Network.DropAll(Index);
        }
    }

    /// <summary>The process is stopped by a signal; its sockets go on taking bytes.</summary>
    public void Pause()
    {
        if (_process is not { IsPaused: false })
            return;
        setting.Log?.Write($"r{Index} is paused");
        foreach (SimulatedReplica replica in Together)
            replica._process!.IsPaused = true;
    }

    /// <summary>A paused process goes on.</summary>
    public void Resume()
    {
        if (_process is not { IsPaused: true })
            return;
        setting.Log?.Write($"r{Index} goes on");
        setting.Checks.Marks.Reach(Mark.Resumed);
        foreach (SimulatedReplica replica in Together)
        {
            // What one of them does first may end the process.
            if (replica._process is not { IsPaused: true } process)
                continue;
            process.IsPaused = false;
            replica.Setting.Network.ResumeReading(Index);
        }
    }

    private bool End(Func<ulong>? fate)
    {
        if (_process is null)
            return false;
        foreach (SimulatedReplica replica in Together)
        {
            replica._process!.IsOver = true;
            replica._process = null;
        }

        if (fate is not null)
            setting.Disk.Store.LosePower(fate);
        else
            setting.Disk.Store.Kill();
        foreach (SimulatedReplica replica in Together)
            replica.Checks.OnStopped(Index);
        return true;
    }
}
