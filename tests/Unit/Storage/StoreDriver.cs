using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Disk;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>Plays an acceptor on a store at random, with restarts and power failures, and tells a <see cref="StoreModel"/> of it.</summary>
internal sealed partial class StoreDriver
{
    private readonly Dictionary<long, (View View, Entry Entry)> _slots = [];
    private HashSet<long> _known = [];
    private readonly StoreOptions _options;
    private readonly SimulatedDisk _disk;
    private readonly Func<ulong> _random;
    private ReplicaStore? _store;
    private (Record[] Records, long Through, long Decided)? _unfinished;
    private View _view = View.First;
    private View _owned = View.None;
    private long _highest;
    private long _decided;
    private long _appendedDecided;
    private long _through;
    private long _value;

    public StoreDriver(SimulatedDisk disk, StoreOptions options, Func<ulong> random)
    {
        _disk = disk;
        _options = options;
        _random = random;
    }

    public StoreModel Model { get; } = new();

    public ReplicaStore Store => _store!;

    /// <summary>How many changing operations of the disk an opening makes now, found out on a copy of the disk.</summary>
    public long MeasureOpening()
    {
        SimulatedDisk copy = _disk.Clone();
        long before = copy.Operations;
        ReplicaStore.Open(copy.OpenDirectory(), _options, Guid.NewGuid()).Dispose();
        return copy.Operations - before;
    }

    /// <summary>An opening that ends at one of its disk operations, counted from 1; the disk is to be crashed or restarted after it.</summary>
    /// <returns>The opening came to that operation; if not, it was done before.</returns>
    public bool BreakOpening(long operation)
    {
        _disk.CrashAtOperation = _disk.Operations + operation;
        try
        {
            ReplicaStore.Open(_disk.OpenDirectory(), _options, Guid.NewGuid()).Dispose();
            return false;
        }
        catch (SimulatedPowerFailureException)
        {
            return true;
        }
    }

    /// <summary>A power failure at one of the disk operations of an opening, or after it when it has fewer.</summary>
    /// <returns>The opening came to that operation.</returns>
    public bool FailOpening(long operation)
    {
        bool hit = BreakOpening(operation);
        _disk.Crash(_random);
        return hit;
    }

    /// <summary>Opens the store, through any number of power failures at the given disk operations of the opening.</summary>
    public void Open(params long[] crashes)
    {
        foreach (long crash in crashes)
            FailOpening(crash);

        _store = ReplicaStore.Open(_disk.OpenDirectory(), _options, Guid.NewGuid());
        Model.Adopt(_store.Recovered);
        _through = 0;
        _unfinished = null;
        _view = _store.Recovered.Promised;
        _owned = _store.Recovered.Owned;
        _decided = _store.Recovered.Decided.Number;
        _appendedDecided = _decided;
        _known = [.. _store.Recovered.Known.Select(known => known.Slot.Number)];
        _slots.Clear();
        foreach (AcceptedEntry entry in _store.Recovered.Stored())
            _slots[entry.Slot.Number] = (entry.View, entry.Entry);
        _highest = Math.Max(_store.Recovered.Snapshot.Slot.Number, _slots.Count == 0 ? 0 : _slots.Keys.Max());
        _pieces.Clear();
        _writing = Slot.Zero;
    }

    /// <summary>Appends, syncs or certifies something.</summary>
    public void Step()
    {
        switch (_random() % 8)
        {
            case 0:
                Sync();
                break;
            case 1:
                Certify();
                break;
            case 2:
                _store!.Prepare();
                break;
            case 3:
                ChangeView();
                break;
            default:
                Append([.. Enumerable.Range(0, 1 + (int)(_random() % 4)).Select(_ => NextRecord())]);
                break;
        }
    }

    public void Sync()
    {
        long durable = _store!.SyncOne().Number;
        if (_unfinished is null)
            Model.OnSync();
        else
            Model.OnSync(_unfinished.Value.Records);
        if (durable != _through)
            throw new InvalidOperationException($"{durable} of {_through} records were synced");
    }

    public void Certify()
    {
        if (!_store!.NeedsCertification)
            return;
        Model.OnNote(_appendedDecided);
        _store.Certify(new Slot(_appendedDecided));
    }

    private void ChangeView()
    {
        _view = new View(_view.Number + 1 + (long)(_random() % 3));
        if (_random() % 2 == 0)
            _owned = _view;
        Append([Record.OfViews(_view, _owned)]);
    }

    private Record NextRecord()
    {
        long undecided = _highest - _decided;
        ulong choice = _random() % 8;
        if (choice == 0 && undecided > 0)
            _decided += 1 + (long)(_random() % (ulong)undecided);
        if (choice == 1)
            return Put(_decided + 1, learned: true);
        return choice == 2 && undecided > 0 ? Put(_decided + 1 + (long)(_random() % (ulong)undecided)) : Put(_highest + 1);
    }

    private Record Put(long slot, bool learned = false)
    {
        // Nobody votes on what is known to be decided, or learns it again.
        if (_known.Contains(slot))
            slot = _highest + 1;
        learned &= slot == _decided + 1;
        bool known = _slots.TryGetValue(slot, out (View View, Entry Entry) stored);
        bool keep = known && (slot <= _decided || stored.View == _view || (learned && _random() % 2 == 0));
        Entry entry = keep ? stored.Entry : StoreFixture.Value(++_value, (int)(_random() % 700));
        View view = learned ? View.None : _view;
        _slots[slot] = (view, entry);
        _highest = Math.Max(_highest, slot);
        if (!learned)
            return Record.OfAccepted(view, new Slot(slot), entry);
        _decided = Math.Max(_decided, slot);
        return Record.OfLearned(new Slot(slot), entry);
    }

    private void Append(Record[] records)
    {
        // What the disk will have of it when the power fails meanwhile is unknown: so it counts as appended before.
        _unfinished = (records, _through + records.Length, _decided);
        Model.OnAppend(records, _decided);
        Retry();
    }

    /// <summary>Makes the last append again that met a full disk, unless a restart has made it void.</summary>
    public void Retry()
    {
        if (_unfinished is not (Record[] records, long through, long decided))
            return;
        _store!.Append(records, new RecordNumber(through), new Slot(decided));
        _through = through;
        _appendedDecided = decided;
        _unfinished = null;
    }
}
