using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>One of the groups that a <see cref="StoreDriver"/> plays: what its acceptor knows, and the <see cref="StoreModel"/> that is told of it.</summary>
/// <param name="random">Draws.</param>
internal sealed partial class DrivenGroup(Func<ulong> random)
{
    private readonly Dictionary<long, (View View, Entry Entry)> _slots = [];
    private HashSet<long> _known = [];
    private GroupStore? _store;
    private View _view = View.First;
    private View _owned = View.None;
    private long _highest;
    private long _decided;
    private long _appendedDecided;
    private long _through;
    private long _value;

    public StoreModel Model { get; } = new();

    /// <summary>The store was opened: goes on from what it remembers.</summary>
    public void Open(GroupStore store)
    {
        _store = store;
        RecoveredState recovered = store.Recovered;
        Model.Adopt(recovered);
        _through = 0;
        _view = recovered.Promised;
        _owned = recovered.Owned;
        _decided = recovered.Decided.Number;
        _appendedDecided = _decided;
        _known = [.. recovered.Known.Select(known => known.Slot.Number)];
        _slots.Clear();
        foreach (AcceptedEntry entry in recovered.Stored())
            _slots[entry.Slot.Number] = (entry.View, entry.Entry);
        _highest = Math.Max(recovered.Snapshot.Slot.Number, _slots.Count == 0 ? 0 : _slots.Keys.Max());
        _pieces.Clear();
        _writing = Slot.Zero;
    }

    /// <summary>What is appended of these records.</summary>
    public LogBatch ToBatch(Record[] records) => StoreOfOneGroup.BatchOf(records, new RecordNumber(_through + records.Length), new Slot(_decided));

    /// <summary>They were appended.</summary>
    public void OnAppended(LogBatch batch)
    {
        _through = batch.RecordsThrough.Number;
        _appendedDecided = batch.Decided.Number;
    }

    /// <summary>Everything was synced but an append that met a full disk.</summary>
    /// <param name="durable">What the store says of it.</param>
    /// <param name="unfinished">What that append has of this group; null when there is none.</param>
    /// <param name="isNoted">It would note decided slots.</param>
    public void OnSynced(RecordNumber durable, LogBatch? unfinished, bool isNoted)
    {
        Model.OnSync(unfinished?.Records ?? [], isNoted);
        if (durable.Number != _through)
            throw new InvalidOperationException($"{durable} of {_through} records were synced");
    }

    /// <summary>Notes what is decided.</summary>
    public LogBatch Note()
    {
        Model.OnNote(_appendedDecided);
        return new LogBatch { Decided = new Slot(_appendedDecided) };
    }

    /// <summary>A higher promise.</summary>
    public Record ChangeView()
    {
        _view = new View(_view.Number + 1 + (long)(random() % 3));
        if (random() % 2 == 0)
            _owned = _view;
        return Record.OfViews(_view, _owned);
    }

    /// <summary>Some records of votes and of what was learned.</summary>
    public Record[] NextRecords() => [.. Enumerable.Range(0, 1 + (int)(random() % 4)).Select(_ => NextRecord())];

    private Record NextRecord()
    {
        long undecided = _highest - _decided;
        ulong choice = random() % 8;
        if (choice == 0 && undecided > 0)
            _decided += 1 + (long)(random() % (ulong)undecided);
        if (choice == 1)
            return Put(_decided + 1, learned: true);
        return choice == 2 && undecided > 0 ? Put(_decided + 1 + (long)(random() % (ulong)undecided)) : Put(_highest + 1);
    }

    private Record Put(long slot, bool learned = false)
    {
        // Nobody votes on what is known to be decided, or learns it again.
        if (_known.Contains(slot))
            slot = _highest + 1;
        learned &= slot == _decided + 1;
        bool known = _slots.TryGetValue(slot, out (View View, Entry Entry) stored);
        bool keep = known && (slot <= _decided || stored.View == _view || (learned && random() % 2 == 0));
        Entry entry = keep ? stored.Entry : StoreFixture.Value(++_value, (int)(random() % 700));
        View view = learned ? View.None : _view;
        _slots[slot] = (view, entry);
        _highest = Math.Max(_highest, slot);
        if (!learned)
            return Record.OfAccepted(view, new Slot(slot), entry);
        _decided = Math.Max(_decided, slot);
        return Record.OfLearned(new Slot(slot), entry);
    }
}
