using NUnit.Framework;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>
/// Cores on wires that lose, repeat and reorder any message, and on disks that lose what was not synced: one schedule per
/// seed. The plainest check of agreement there is; the simulator does the rest with real frames and real storage.
/// </summary>
internal sealed class RandomSchedule
{
    private readonly Random _random;
    private readonly int _count;
    private readonly ReplicaCore?[] _cores;
    private readonly List<Record>[] _disks;
    private readonly int[] _synced;
    private readonly long[] _numberedFrom;
    private readonly List<(int From, int To, Message Message)> _wire = [];
    private readonly List<(long Through, Outgoing Message)>[] _gates;
    private readonly Dictionary<long, (Entry Entry, ulong Hash)> _decided = [];
    private readonly long[] _through;
    private long _now = 1_000_000;
    private long _sequence;

    public RandomSchedule(int seed, int replicaCount)
    {
        _random = new Random(seed);
        _count = replicaCount;
        _cores = new ReplicaCore?[replicaCount];
        _disks = [.. Enumerable.Range(0, replicaCount).Select(_ => new List<Record>())];
        _gates = [.. Enumerable.Range(0, replicaCount).Select(_ => new List<(long, Outgoing)>())];
        _synced = new int[replicaCount];
        _numberedFrom = new long[replicaCount];
        _through = new long[replicaCount];
        for (int index = 0; index < replicaCount; index++)
            Start(index);
    }

    public int DecidedSlots => _decided.Count;

    public void Run(int steps, bool withFaults)
    {
        for (int step = 0; step < steps; step++)
            RunOne(withFaults);
    }

    /// <summary>No more faults and no more requests: everything that is under way arrives, and time goes on.</summary>
    public void Settle(int ticks)
    {
        for (int tick = 0; tick < ticks; tick++)
        {
            for (int index = 0; index < _count; index++)
            {
                SyncAll(index);
                With(index, core => core.Tick(_now));
            }

            for (int left = _wire.Count; left > 0; left--)
                Deliver(withFaults: false);
        }
    }

    public void Heal()
    {
        for (int index = 0; index < _count; index++)
        {
            if (_cores[index] is null)
                Start(index);
        }
    }

    public void ExpectAllEqual()
    {
        Slot decided = _cores[0]!.Decided;
        Assert.Multiple(() =>
        {
            foreach (ReplicaCore? core in _cores)
            {
                Assert.That(core!.Decided, Is.EqualTo(decided));
                Assert.That(core.StateHash, Is.EqualTo(_cores[0]!.StateHash));
            }
        });
    }

    private void RunOne(bool withFaults)
    {
        int index = _random.Next(_count);
        switch (_random.Next(100))
        {
            case < 62 when _wire.Count > 0:
                Deliver(withFaults);
                break;
            case < 75:
                Sync(index);
                break;
            case < 88:
                _now++;
                With(index, core => core.Tick(_now));
                break;
            case < 97:
                With(index, core => core.Step([new ClientRequestInput(new ClientHandle(1), NextRequest())], _now));
                break;
            default:
                if (withFaults && _random.Next(4) == 0)
                    Crash(index);
                else if (_cores[index] is null)
                    Start(index);
                break;
        }
    }

    private void Deliver(bool withFaults)
    {
        int position = withFaults ? _random.Next(_wire.Count) : 0;
        (int from, int to, Message message) = _wire[position];
        bool again = withFaults && _random.Next(20) == 0;
        bool lost = withFaults && _random.Next(20) == 0;
        if (!again)
            _wire.RemoveAt(position);
        if (!lost)
            With(to, core => core.Step([new PeerMessageInput(new ReplicaId(from), message)], _now));
    }

    private void Sync(int index)
    {
        if (_cores[index] is null)
            return;
        SyncThrough(index, _synced[index] + _random.Next(_disks[index].Count - _synced[index] + 1));
    }

    private void SyncAll(int index) => SyncThrough(index, _disks[index].Count);

    private void SyncThrough(int index, int through)
    {
        _synced[index] = through;
        long number = _numberedFrom[index] + through;
        With(index, core => core.Step([new SyncedInput(number)], _now));
        OpenGate(index);
    }

    private void OpenGate(int index)
    {
        long durable = _numberedFrom[index] + _synced[index];
        foreach ((_, Outgoing message) in _gates[index].Where(waiting => waiting.Through <= durable))
            _wire.Add((index, message.To.Index, message.Message));
        _gates[index].RemoveAll(waiting => waiting.Through <= durable);
    }

    private void Crash(int index)
    {
        if (_cores[index] is null)
            return;
        _cores[index] = null;
        _gates[index].Clear();
        _disks[index].RemoveRange(_synced[index], _disks[index].Count - _synced[index]);
        for (int other = 0; other < _count; other++)
            With(other, core => core.Step([new PeerDisconnectedInput(new ReplicaId(index))], _now));
    }

    private void Start(int index)
    {
        _numberedFrom[index] = -_disks[index].Count;
        _through[index] = 0;
        GroupOptions options = new() { ReplicaCount = _count, Self = new ReplicaId(index), Seed = (ulong)_random.Next(), PartBytes = 256 };
        _cores[index] = new ReplicaCore(options, Recover(_disks[index]), new ChatMachine());
        for (int other = 0; other < _count; other++)
        {
            if (other == index)
                continue;
            With(index, core => core.Step([new PeerConnectedInput(new ReplicaId(other))], _now));
            With(other, core => core.Step([new PeerConnectedInput(new ReplicaId(index))], _now));
        }
    }

    private void With(int index, Func<ReplicaCore, Effects> step)
    {
        if (_cores[index] is not { } core)
            return;
        Effects effects = step(core);
        Assert.That(effects.Halt, Is.Null);
        _disks[index].AddRange(effects.Records);
        foreach (Outgoing message in effects.MessagesNow)
            _wire.Add((index, message.To.Index, message.Message));
        foreach (Outgoing message in effects.MessagesAfterSync)
            _gates[index].Add((effects.RecordsThrough, message));
        OpenGate(index);
        foreach (Decision decision in effects.Decisions)
        {
            (Entry Entry, ulong Hash) mine = (decision.Entry, decision.StateHash);
            if (!_decided.TryAdd(decision.Slot.Number, mine))
                Assert.That(mine, Is.EqualTo(_decided[decision.Slot.Number]), $"{decision.Slot} at replica {index}");
        }
    }

    private ClientRequest NextRequest()
    {
        byte[] command = new OpenSessionCommand(Guid.Empty).Encode();
        return new ClientRequest(SessionId.None, new SequenceNumber(++_sequence), SequenceNumber.None, SequenceNumber.None, command);
    }

    private static RecoveredState Recover(List<Record> records)
    {
        ViewRecord view = records.OfType<ViewRecord>().LastOrDefault() ?? new ViewRecord(View.First, View.None);
        SortedDictionary<long, AcceptedEntry> votes = [];
        SortedDictionary<long, DecidedEntry> known = [];
        foreach (Record record in records)
        {
            if (record is LearnedRecord learned)
                known[learned.Slot.Number] = new DecidedEntry(learned.Slot, learned.Entry);
            else if (record is AcceptedRecord accepted)
                votes[accepted.Slot.Number] = new AcceptedEntry(accepted.Slot, accepted.View, accepted.Entry);
        }

        // Everything below what was learned was decided before it.
        Slot decided = known.Count == 0 ? Slot.Zero : new Slot(known.Keys.Max());
        foreach (AcceptedEntry vote in votes.Values.Where(vote => vote.Slot <= decided))
            known.TryAdd(vote.Slot.Number, new DecidedEntry(vote.Slot, vote.Entry));
        return new RecoveredState
        {
            Promised = view.Promised,
            Owned = view.Owned,
            Known = [.. known.Values],
            Votes = [.. votes.Values.Where(vote => vote.Slot > decided)],
        };
    }
}
