using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S1: all replicas decide the same value. S2: every decided command was really sent by a client. S12: execution goes slot
/// by slot, or goes on with the snapshot of another replica that is durable. S13: after the same slot all states are equal, and equal to that of the log executed from
/// its beginning in one go.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="chosen">Which values are chosen.</param>
/// <param name="requests">What the clients sent.</param>
/// <param name="reference">The log executed once more.</param>
public sealed class ExecutionChecker(CheckContext context, ChosenChecker chosen, RequestBook requests, ReferenceExecution reference)
{
    private readonly SlotTable<DecidedSlot> _decided = new();
    private readonly long[] _executed = new long[context.MachineCount];
    private readonly long[] _reported = new long[context.MachineCount];

    /// <summary>The highest slot any replica executed.</summary>
    public long Highest { get; private set; }

    /// <summary>The value decided in a slot; false when nobody decided it yet.</summary>
    public bool TryGet(long slot, out ulong value)
    {
        DecidedSlot decided = _decided.Read(slot);
        value = decided.Value;
        return decided.IsDecided;
    }

    /// <summary>The state hash after a slot; 0 when nobody was seen executing it.</summary>
    public ulong HashAfter(long slot) => _decided.Read(slot).StateHash;

    /// <summary>A replica starts: it has executed again what its disk knew to be decided.</summary>
    public void OnStarted(int replica, Slot executed, ulong stateHash)
    {
        _executed[replica] = executed.Number;
        _reported[replica] = 0;
        DecidedSlot decided = _decided.Read(executed.Number);
        if (decided.IsDecided && decided.StateHash != stateHash)
            context.Report("S13", $"r{replica} starts after {executed} with state {stateHash:x16}, r{decided.First} had {decided.StateHash:x16}");
        if (executed > Slot.Zero && !decided.IsDecided && !chosen.TryGet(executed.Number, out _))
            context.Report("S11", $"r{replica} starts with {executed} executed, which is not chosen");
    }

    /// <summary>A replica's core is told that a snapshot is durable: it may go on with that, in this step or, when it is a primary, once it is one no more.</summary>
    public void OnSnapshotReported(int replica, Slot slot) => _reported[replica] = slot.Number;

    /// <summary>A replica has executed everything up to a slot, and was not seen executing it.</summary>
    /// <returns>The slot it had executed before, if it may have taken the state of the snapshot of this slot instead; otherwise null.</returns>
    public Slot? TryReplace(int replica, Slot slot)
    {
        if (slot.Number <= _executed[replica] || slot.Number != _reported[replica])
            return null;
        Slot before = new(_executed[replica]);
        _executed[replica] = slot.Number;
        return before;
    }

    /// <summary>A step is over: what a replica says of itself is what it was seen doing.</summary>
    public void OnStepped(int replica, Slot executed, ulong stateHash)
    {
        if (_reported[replica] <= executed.Number)
            _reported[replica] = 0;
        if (executed.Number != _executed[replica])
            context.Report("S12", $"r{replica} says that it has executed {executed}; it was seen executing s{_executed[replica]}");
        ulong expected = HashAfter(executed.Number);
        if (expected != 0 && expected != stateHash && !context.IsStruck[replica])
            context.Report("S13", $"r{replica} has state {stateHash:x16} after {executed}; it is {expected:x16}");
    }

    /// <summary>A replica executed a slot; true when it is the first to do so, and the reference has executed it now, too.</summary>
    public bool OnDecision(int replica, in Decision decision)
    {
        long slot = decision.Slot.Number;
        if (slot != _executed[replica] + 1)
            context.Report("S12", $"r{replica} executes {decision.Slot} after s{_executed[replica]}");
        _executed[replica] = slot;
        ulong value = ContentHash.Of(decision.Entry);
        chosen.OnDecided(replica, decision.Slot, value);
        ref DecidedSlot decided = ref _decided[slot];
        if (!decided.IsDecided)
        {
            Highest = Math.Max(Highest, slot);
            requests.OnDecided(decision.Slot, decision.Entry);
            // What a script put on the disks was never seen to be executed: the reference has it already, or lacks it.
            bool isFirst = reference.Executed.Next == decision.Slot;
            ulong expected = isFirst ? Refer(decision) : decision.StateHash;
            decided = new DecidedSlot(true, value, expected, replica);
            if (expected != decision.StateHash && !context.IsStruck[replica])
                context.Report("S13", $"after {decision.Slot} r{replica} has state {decision.StateHash:x16}, the log executed from its beginning gives {expected:x16}");
            return isFirst;
        }

        if (decided.Value != value)
            context.Report("S1", $"r{replica} and r{decided.First} decide different values in {decision.Slot}");
        else if (decided.StateHash != decision.StateHash && !context.IsStruck[replica])
            context.Report("S13", $"after {decision.Slot} r{replica} has state {decision.StateHash:x16}, r{decided.First} had {decided.StateHash:x16}");
        return false;
    }

    private ulong Refer(in Decision decision)
    {
        reference.Execute(decision.Slot, decision.Entry);
        return reference.Hash;
    }

    /// <summary>A slot as it was decided first.</summary>
    private readonly record struct DecidedSlot(bool IsDecided, ulong Value, ulong StateHash, int First);
}
