using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S21: a decided slot that is noted in a replica's log rests on records that are written there before it: in every slot up
/// to it stands the chosen value, or it is in a snapshot that is durable there. A note that is ahead of its records makes recovery take an old vote for what was decided.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="chosen">Which values are chosen.</param>
public sealed class DurableMarkChecker(CheckContext context, ChosenChecker chosen)
{
    private readonly WrittenLog[] _logs = NewLogs(context.MachineCount);

    /// <summary>A record is handed out, to be written some time.</summary>
    public void OnRecord(int replica, in PendingRecord record) => _logs[replica].HandedOut.Enqueue(record);

    /// <summary>All records up to a number are written, and a decided note with them or behind them.</summary>
    public void OnMark(int replica, RecordNumber through, Slot decided)
    {
        WrittenLog log = _logs[replica];
        while (log.HandedOut.TryPeek(out PendingRecord record) && record.Number <= through.Number)
        {
            log.HandedOut.Dequeue();
            if (record.IsOfSlot)
                log.Slots[record.Slot] = record.AsStored();
        }

        for (long slot = log.Verified + 1; slot <= decided.Number; slot++)
        {
            StoredSlot written = log.Slots.Read(slot);
            if (!chosen.TryGet(slot, out ChosenValue value) || !written.IsStored || written.Value != value.Value)
                context.Report("S21", $"r{replica} notes {decided} as decided, and in s{slot} its log has {written}");
        }

        log.Verified = Math.Max(log.Verified, decided.Number);
    }

    /// <summary>A snapshot is durable: what is noted of its slots rests on it.</summary>
    public void OnPublished(int replica, Slot slot) => _logs[replica].Verified = Math.Max(_logs[replica].Verified, slot.Number);

    /// <summary>The disk was read: that is what is written now.</summary>
    public void OnRecovered(int replica, RecoveredState recovered)
    {
        WrittenLog log = _logs[replica] = new WrittenLog { Verified = recovered.Snapshot.Slot.Number };
        foreach (DecidedEntry entry in recovered.Known)
            log.Slots[entry.Slot.Number] = new StoredSlot(true, -1, ContentHash.Of(entry.Entry), IsLearned: true);
        foreach (AcceptedEntry entry in recovered.Votes)
            log.Slots[entry.Slot.Number] = new StoredSlot(true, entry.View.Number, ContentHash.Of(entry.Entry), IsLearned: false);
    }

    private static WrittenLog[] NewLogs(int count)
    {
        WrittenLog[] logs = new WrittenLog[count];
        for (int index = 0; index < count; index++)
            logs[index] = new WrittenLog();
        return logs;
    }

    private sealed class WrittenLog
    {
        public Queue<PendingRecord> HandedOut { get; } = new();

        public SlotTable<StoredSlot> Slots { get; } = new();

        public long Verified { get; set; }
    }
}
