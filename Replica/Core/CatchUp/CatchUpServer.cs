using PaxosShard.Replica.Core.Log;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.CatchUp;

/// <summary>Answers K with S: decided entries only, as many as fit in a part.</summary>
internal static class CatchUpServer
{
    /// <summary>The answer; empty when this replica has decided nothing of the range.</summary>
    public static CatchUpEntries Answer(CatchUpRequest request, EntryLog log, GroupOptions options)
    {
        List<Entry> entries = [];
        int bytes = 0;
        Slot last = Slot.Min(request.Last, log.Decided);
        for (Slot slot = request.First; slot <= last && entries.Count < options.ResendSlots; slot = slot.Next)
        {
            Entry entry = log.EntryAt(slot);
            bytes += entry.Bytes.Length;
            if (bytes > options.PartBytes && entries.Count > 0)
                break;
            entries.Add(entry);
        }

        return new CatchUpEntries(request.First, log.Decided, entries);
    }
}
