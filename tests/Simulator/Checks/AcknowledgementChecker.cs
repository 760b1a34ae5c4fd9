using System.Numerics;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S17: what was acknowledged can be read from the disks of a quorum, as an entry or because it is in a snapshot, when the reply leaves and ever after.
/// A copy that its own replica calls faulty is none; it is forgiven only where the simulator has damaged the disk, and at rest not even there. C3: all
/// replies to a request say the same.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="execution">What was decided.</param>
/// <param name="requests">Where the requests stand in the log.</param>
/// <param name="isAlone">No results come from other groups, and none go there. What drivers of moves have told is known where its arc is by then, so that a late copy may run again, without effect.</param>
public sealed class AcknowledgementChecker(CheckContext context, ExecutionChecker execution, RequestBook requests, bool isAlone)
{
    private readonly Dictionary<(SessionId Session, long Sequence), ulong> _results = [];
    private long _highestAcknowledged;

    /// <summary>A reply leaves a replica.</summary>
    public void OnReply(int replica, ClientReply reply)
    {
        if (reply.Session == SessionId.None || reply.Status is not (ReplyStatus.Ok or ReplyStatus.Rejected))
            return;
        ulong result = ContentHash.Of(reply.Payload.Span) ^ (ulong)reply.Status;
        (SessionId, long) key = (reply.Session, reply.Sequence.Number);
        if (!_results.TryAdd(key, result))
        {
            if (isAlone && _results[key] != result)
                context.Report("C3", $"r{replica} answers {reply.Session} {reply.Sequence} otherwise than before");
            return;
        }

        if (!requests.TryGetSlot(reply.Session, reply.Sequence, out long slot))
        {
            if (isAlone)
                context.Report("S17", $"r{replica} acknowledges {reply.Session} {reply.Sequence}, which is in no decided slot");
            return;
        }

        CheckHeld(slot, $"r{replica} acknowledges {reply.Session} {reply.Sequence}");
        _highestAcknowledged = Math.Max(_highestAcknowledged, slot);
    }

    /// <summary>A disk was read again after a restart: everything acknowledged must still be there.</summary>
    public void OnRecovered(int replica)
    {
        for (long slot = 1; slot <= _highestAcknowledged && !context.Violations.IsBroken; slot++)
            CheckHeld(slot, $"r{replica} recovered, and an acknowledged log");
    }

    /// <summary>All is quiet: what rotted must have been repaired.</summary>
    public void OnRest()
    {
        for (long slot = 1; slot <= _highestAcknowledged && !context.Violations.IsBroken; slot++)
            CheckHeld(slot, "at rest an acknowledged log", forgivesDamage: false);
    }

    private void CheckHeld(long slot, string what, bool forgivesDamage = true)
    {
        if (context.MayLose || !execution.TryGet(slot, out ulong value))
            return;

        // A place counts once, whichever of the machines that ever had it has the slot. At rest only the machines of the newest member list count.
        int places = 0;
        for (int machine = 0; machine < context.MachineCount; machine++)
        {
            DurableImage image = context.Images[machine];
            if (!forgivesDamage && (image.IsGone || !context.Lists.Includes(context.Lists.Newest.Number, machine)))
                continue;
            StoredSlot stored = image.Slots.Read(slot);
            bool isReadable = slot <= image.SnapshotSlot || (stored.IsStored && stored.Value == value && !image.Faulty.Contains(slot));
            bool isLost = image.IsGone || (image.IsDamaged && (image.IsKnownFaulty(slot) || image.IsLostWithSnapshot(slot)));
            if (isReadable || (forgivesDamage && isLost))
                places |= 1 << context.PlaceOf(machine);
        }

        int holders = BitOperations.PopCount((uint)places);
        if (holders < context.Quorum)
            context.Report("S17", $"{what} rests on s{slot}, which can be read from {holders} disks only");
    }
}
