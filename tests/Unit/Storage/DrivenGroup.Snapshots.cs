using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Engine;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>
/// Snapshots, one call at a time between the others. Some are of what was decided here; some come from another replica that is ahead, and then the log
/// holds nothing of some slots, or votes for other values.
/// </summary>
internal sealed partial class DrivenGroup
{
    private readonly List<byte[]> _pieces = [];
    private readonly HashSet<long> _stale = [];
    private Slot _writing = Slot.Zero;

    /// <summary>Snapshots that were published.</summary>
    public int Published { get; private set; }

    /// <summary>Of these, the ones that were ahead of the log.</summary>
    public int Installed { get; private set; }

    /// <summary>Snapshots for which there was no space.</summary>
    public int Dropped { get; private set; }

    /// <summary>In this slot the log may hold a vote, but the value that was decided came with a snapshot.</summary>
    public bool IsStale(Slot slot) => _stale.Contains(slot.Number);

    /// <summary>A step of writing a snapshot.</summary>
    public void WriteSnapshot()
    {
        try
        {
            if (_writing == Slot.Zero)
                BeginSnapshot();
            else if (_pieces.Count == 0 || random() % 3 != 0)
                WritePiece();
            else if (random() % 8 == 0)
                DropSnapshot();
            else
                PublishSnapshot();
        }
        catch (DiskFullException)
        {
            Dropped++;
            DropSnapshot();
        }
    }

    private void BeginSnapshot()
    {
        long slot = random() % 4 == 0 ? _decided + 1 + (long)(random() % 12) : _decided;
        if (slot <= _store!.Snapshots.Newest.Slot.Number)
            return;
        _pieces.Clear();
        _writing = new Slot(slot);
        _store!.Snapshots.Begin(_writing);
    }

    private void WritePiece()
    {
        byte[] piece = new byte[1 + (random() % 9000)];
        for (int at = 0; at < piece.Length; at += 7)
            piece[at] = (byte)random();
        _store!.Snapshots.Append(piece);
        _pieces.Add(piece);
        if (random() % 2 == 0)
            _store!.Snapshots.Sync();
    }

    private void DropSnapshot()
    {
        _writing = Slot.Zero;
        _store!.Snapshots.Drop();
    }

    private void PublishSnapshot()
    {
        SnapshotMark mark = new(_writing, _pieces.Aggregate(0UL, (hash, piece) => StateExport.Fold(hash, piece)));
        Model.OnPublish(mark, _pieces);
        _store!.Snapshots.Publish(mark);
        Model.OnPublished();
        _writing = Slot.Zero;
        Published++;
        if (mark.Slot.Number <= _decided)
            return;

        // Only now is everything up to there decided here, and may be noted.
        Installed++;
        _stale.UnionWith(_slots.Keys.Where(slot => slot > _decided && slot <= mark.Slot.Number));
        _decided = _appendedDecided = mark.Slot.Number;
        _highest = Math.Max(_highest, _decided);
        foreach (long slot in _slots.Keys.Where(slot => slot <= _decided).ToArray())
            _slots.Remove(slot);
    }
}
