namespace PaxosShard.Tests.Unit.Storage;

/// <summary>Snapshots of the groups, one call at a time between the others, and the segments that all of them together give back.</summary>
internal sealed partial class StoreDriver
{
    /// <summary>Segments that were given back.</summary>
    public int Released { get; private set; }

    /// <summary>Attempts to give a segment back for which a group was told to hold it back.</summary>
    public int HeldBack { get; private set; }

    /// <summary>As <see cref="Step"/>, or a step of writing a snapshot, or of giving back what the snapshots have.</summary>
    public void StepWithSnapshots()
    {
        switch (random() % 8)
        {
            case < 3:
                AnyGroup().WriteSnapshot();
                break;
            case 3:
                Release();
                break;
            default:
                Step();
                break;
        }
    }

    private void Release()
    {
        if (_store!.DeadSegments > 0 && random() % 2 == 0)
        {
            _store.ShrinkDead();
            return;
        }

        if (_store.TryRelease([.. _store.Groups.Select(static group => group.Snapshots.Newest.Slot)]))
            Released++;
        else if (_store.Groups.Where((group, index) => _store.IsHeldBackBy(index, group.Snapshots.Newest.Slot)).Any())
            HeldBack++;
    }
}
