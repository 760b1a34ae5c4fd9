using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S28: what a process stamps as log time moves with its own monotonic clock, by no more than 2 % faster or slower, whatever its wall clock does, except where it
/// got an entry with a higher stamp meanwhile, or a primary told it a higher log time (rule 9).
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="proposals">In which views an entry was proposed.</param>
public sealed class LogTimePaceChecker(CheckContext context, ProposalChecker proposals)
{
    private const long Slack = 5;
    private const long PerHundred = 2;
    private const long Jump = 1_000;

    private readonly Pace[] _paces = new Pace[context.MachineCount];

    /// <summary>A step of a replica begins.</summary>
    public void OnStep(int replica, Instant now) => _paces[replica].Now = now;

    /// <summary>Log time is told to a replica, which may listen to it or not.</summary>
    public void OnTold(int replica, long logTime) => _paces[replica].Allow(logTime);

    /// <summary>A replica goes on with a state of this log time.</summary>
    public void OnReplaced(int replica, long logTime) => _paces[replica].Allow(logTime);

    /// <summary>A process is gone.</summary>
    public void OnStopped(int replica) => _paces[replica] = default;

    /// <summary>A replica hands an entry to its disk.</summary>
    public void OnRecord(int replica, in Record record)
    {
        if (record.Entry is not { } entry)
            return;
        ref Pace pace = ref _paces[replica];
        pace.Advance(PerHundred);
        if (IsOwn(replica, record, entry))
            Check(replica, record, entry, ref pace);
        else
            pace.Raise(entry.LogTime);
    }

    // No-ops that fill what a new primary did not find are made before it has stored what it did find.
    private bool IsOwn(int replica, in Record record, Entry entry) =>
        record.Kind == RecordKind.Accepted
        && !entry.IsNoOp
        && record.View.Primary(context.ReplicaCount).Index == context.PlaceOf(replica)
        && proposals.FirstViewOf(record.Slot.Number, ContentHash.Of(entry)) == record.View.Number;

    private void Check(int replica, in Record record, Entry entry, ref Pace pace)
    {
        long stamp = entry.LogTime;
        if (pace.IsKnown && (stamp < pace.Lowest - Slack || stamp > pace.Highest + Slack))
            context.Report("S28", $"r{replica} stamps log time {stamp} on {record.Slot}; by its monotonic clock it is {pace.Lowest} to {pace.Highest}");
        long error = pace.Now.Wall - pace.Now.Monotonic;
        if (pace.IsKnown && Math.Abs(error - pace.Error) > Jump)
            context.Marks.Reach(Mark.LogTimeWithoutClock);
        pace.Know(stamp, error);
    }

    /// <summary>Where the log time of a process can be.</summary>
    private struct Pace
    {
        private long _advancedAt;

        /// <summary>What its clocks show.</summary>
        public Instant Now { get; set; }

        /// <summary>It has stamped an entry: before that nothing is known of its log time.</summary>
        public bool IsKnown { get; private set; }

        /// <summary>The least that its log time can be.</summary>
        public long Lowest { get; private set; }

        /// <summary>The most.</summary>
        public long Highest { get; private set; }

        /// <summary>By how much its wall clock differed from its monotonic clock when it stamped last.</summary>
        public long Error { get; private set; }

        public void Advance(long perHundred)
        {
            long passed = Now.Monotonic - _advancedAt;
            _advancedAt = Now.Monotonic;

            // Rounded away from the middle, so that many short times lose nothing.
            Lowest += passed * (100 - perHundred) / 100;
            Highest += ((passed * (100 + perHundred)) + 99) / 100;
        }

        public void Raise(long stamp)
        {
            Lowest = Math.Max(Lowest, stamp);
            Highest = Math.Max(Highest, stamp);
        }

        public void Allow(long logTime) => Highest = Math.Max(Highest, logTime);

        public void Know(long stamp, long error)
        {
            (Lowest, Highest, Error, IsKnown) = (stamp, stamp, error, true);
        }
    }
}
