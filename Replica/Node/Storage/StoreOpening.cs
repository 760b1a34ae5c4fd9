using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Replica.Node.Storage.Snapshots;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>
/// The steps of opening a data directory, in the order that makes a power failure between any two of them harmless: the new
/// incarnation; readable unsynced records written again in a new segment and synced; the header of that segment, which makes
/// the cut behind them durable; only then is what lies behind the cut used again. What lies before an intact snapshot is of no use any more, and may
/// be used again at any time.
/// </summary>
internal sealed class StoreOpening
{
    private readonly StorageDirectory _directory;
    private readonly StoreOptions _options;
    private readonly Guid _start;
    private readonly SegmentBytes _bytes;
    private LogCatalog? _catalog;
    private bool _isSnapshotRotten;

    private StoreOpening(StorageDirectory directory, StoreOptions options, Guid start)
    {
        _directory = directory;
        _options = options;
        _start = start;
        _bytes = new SegmentBytes(directory);
    }

    /// <summary>Opens the directory, whose lock the caller has.</summary>
    public static OpenedStore Run(StorageDirectory directory, StoreOptions options, Guid start) =>
        new StoreOpening(directory, options, start).Run();

    /// <summary>Reads what is there and changes nothing.</summary>
    public static RecoveredState Read(StorageDirectory directory)
    {
        StoreOpening opening = new(directory, new StoreOptions(), Guid.Empty);
        IdentityRecord? record = IdentityFile.Read(directory);
        ReplicaIdentity identity = opening.FindIdentity(record);
        using SnapshotFile? snapshot = SnapshotFile.TryOpen(directory, identity, out _);
        return opening.Combine(record, opening.Recover(record, identity, snapshot), snapshot);
    }

    /// <summary>Who the directory belongs to.</summary>
    public static ReplicaIdentity ReadIdentity(StorageDirectory directory) =>
        new StoreOpening(directory, new StoreOptions(), Guid.Empty).FindIdentity(IdentityFile.Read(directory));

    private OpenedStore Run()
    {
        // A killed process may have left names that only the cache shows: what is built on them must not vanish with them.
        _directory.SyncDirectory();
        IdentityRecord? record = IdentityFile.Read(_directory);
        ReplicaIdentity identity = FindIdentity(record);
        SnapshotFile? snapshot = SnapshotFile.TryOpen(_directory, identity, out _isSnapshotRotten);
        RecoveredLog log = Recover(record, identity, snapshot);
        RecoveredState state = Combine(record, log, snapshot);
        identity = NextStart(identity, state);
        DropUnfinishedSnapshot();
        IdentityFile? file = record is null ? null : IdentityFile.Start(_directory, record with
        {
            Generation = record.Generation + 1,
            Identity = identity,
            Promised = state.Promised,
            Certified = log.End.Position,
        });
        SegmentSupply supply = new(_directory, _options);
        SnapshotStore snapshots = new(_directory, identity, snapshot);
        LogWriter writer = StartSegment(identity, log, supply, snapshots);
        file?.NoteCertified(writer.SyncedRecords);
        Reuse(log.End.Position, writer.Segment, supply);
        supply.Reserve(writer.Segment + 1);
        return new OpenedStore(identity, state, file, writer, supply, Live(log.End.Position, writer), snapshots, _isSnapshotRotten, ForeignFiles());
    }

    /// <summary>A start that lost something says so from now on: what was heard from earlier ones need not be on the disk any more.</summary>
    private ReplicaIdentity NextStart(ReplicaIdentity identity, RecoveredState state)
    {
        ulong number = identity.Incarnation + 1;
        bool isLoss = state.Faulty.Count > 0 || state.FaultyFrom > Slot.Zero || _isSnapshotRotten;
        return identity with { Incarnation = number, StartId = _start, LossStart = isLoss ? number : identity.LossStart };
    }

    private ReplicaIdentity FindIdentity(IdentityRecord? record) =>
        record?.Identity
        ?? LogCatalog.FindIdentity(_directory, _bytes)
        ?? throw new DataDirectoryException(
            $"{_directory.Location} does not say which replica it belongs to: it was never formatted, or its identity file and its log are unreadable");

    private RecoveredLog Recover(IdentityRecord? record, ReplicaIdentity identity, SnapshotFile? snapshot)
    {
        LogOwner owner = LogOwner.Of(identity);
        LogPosition certified = record?.Certified ?? LogPosition.None;
        SnapshotMark mark = snapshot?.Mark ?? SnapshotMark.None;
        _catalog = LogCatalog.Read(_directory, _bytes, owner, certified, mark.Slot.Number);
        return LogRecovery.Run(_bytes, owner, _catalog.Chain, certified, mark);
    }

    private RecoveredState Combine(IdentityRecord? record, RecoveredLog log, SnapshotFile? snapshot) => log.State with
    {
        ViewRecordLost = record is null,
        Promised = View.Max(View.Max(record?.Promised ?? View.First, log.HighestView), View.First),
        Owned = record?.Owned ?? View.None,
        SnapshotPieces = snapshot?.PiecesIn(_directory) ?? [],
    };

    /// <summary>Nobody goes on with a snapshot that another life has begun; its space may be what is missing.</summary>
    private void DropUnfinishedSnapshot()
    {
        if (_directory.List().Contains(SnapshotFile.NewName, StringComparer.Ordinal))
            _directory.Delete(SnapshotFile.NewName);
    }

    private LogWriter StartSegment(ReplicaIdentity identity, RecoveredLog log, SegmentSupply supply, SnapshotStore snapshots)
    {
        int number = FindSegmentFile(log.End.Position.Segment, supply);
        int needed = checked((int)LogWriter.Measure(log.Unsynced) + LogFormat.BlockBytes + LogWriter.Overhead);
        try
        {
            supply.Prepare(number, Math.Max(needed, _options.FirstSegmentBytes));
        }
        catch (DiskFullException)
        {
            // A full disk is no reason not to start: reads go on, and there may be space later.
            supply.Prepare(number, needed);
        }

        LogWriter writer = new(identity, supply, number, log.End, () => snapshots.NewestSlot);
        if (log.Unsynced.Count > 0)
        {
            writer.Write(log.Unsynced, log.State.Decided.Number);
            writer.Sync();
        }

        LogEnd cut = log.Unsynced.Count > 0 ? log.End : log.End with { Decided = Math.Max(log.End.Decided, log.State.Decided.Number) };
        writer.WriteSegmentHeader(cut, LogPosition.Max(cut.Position, writer.Synced));
        writer.Sync();
        writer.WriteEmpty(log.State.Decided.Number);
        writer.Sync();
        return writer;
    }

    /// <summary>The number of the segment to start; its file is adopted when there is one that can be.</summary>
    private int FindSegmentFile(int lastCertified, SegmentSupply supply)
    {
        LogCatalog catalog = _catalog!;
        int number = Math.Max(catalog.HighestNumber, lastCertified) + 1;
        if (catalog.Prepared is not null && lastCertified < catalog.Prepared.Number)
        {
            number = catalog.Prepared.Number;
            supply.Adopt(number, _directory.Open(catalog.Prepared.Name));
        }
        else if (!catalog.IsBroken && catalog.Dead.Count > 0)
        {
            Recycle(number, supply);
        }

        return number;
    }

    /// <summary>A dead segment gets a new number; all that is in it is void under that number.</summary>
    private void Recycle(int number, SegmentSupply supply)
    {
        SegmentFile dead = _catalog!.Dead[0];
        _catalog.Dead.RemoveAt(0);
        string name = LogFormat.SegmentName(number);
        _directory.Rename(dead.Name, name);
        _directory.SyncDirectory();
        supply.Adopt(number, _directory.Open(name));
    }

    /// <summary>With the cut durable, what lies behind it is given back: one file becomes the next segment, the space of the others is freed.</summary>
    private void Reuse(LogPosition end, int current, SegmentSupply supply)
    {
        LogCatalog catalog = _catalog!;
        if (catalog.IsBroken)
            return;
        foreach (ChainLink link in catalog.Chain.Where(link => link.File.Number > end.Segment))
            catalog.Dead.Add(link.File);
        if (catalog.Dead.Count > 0)
            Recycle(current + 1, supply);
        foreach (SegmentFile dead in catalog.Dead)
            _directory.Delete(dead.Name);
        foreach (ChainLink link in catalog.Chain.Where(link => link.File.Number < end.Segment && link.End is not null))
            Cut(link.File, link.End!.Value);
        foreach (ChainLink link in catalog.Chain.Where(link => link.File.Number == end.Segment))
            Cut(link.File, end);
    }

    /// <summary>
    /// The segments that the log has now. Where a link of the chain is missing those that are there stay in their order: what a header says of all records
    /// before it holds for each of them.
    /// </summary>
    private LiveSegments Live(LogPosition end, LogWriter writer)
    {
        LiveSegments live = new();
        foreach (SegmentFile file in _catalog!.Chain.Select(link => link.File))
        {
            if (file.Exists && (_catalog.IsBroken || file.Number <= end.Segment))
                live.Add(file.Number, file.HighestBefore);
        }

        live.Add(writer.Segment, writer.HighestBefore);
        return live;
    }

    private void Cut(SegmentFile segment, LogPosition end)
    {
        // Where the header is bad, a batch behind the cut may be the only one that still says what comes before this segment.
        if (segment.Header is null)
            return;
        using StorageFile file = _directory.Open(LogFormat.SegmentName(end.Segment));
        if (file.Length > end.Offset)
            file.SetLength(end.Offset);
    }

    private List<string> ForeignFiles()
    {
        List<string> foreign = [.. _catalog!.Foreign];
        foreach (string name in _directory.List())
        {
            bool own = name is IdentityFile.Name or IdentityFile.NewName or ReplicaStore.LockName or SnapshotFile.Name or SnapshotFile.NewName
                || LogFormat.IsSegmentName(name, out _);
            if (!own)
                foreign.Add(name);
        }

        foreign.Sort(StringComparer.Ordinal);
        return foreign;
    }
}

/// <summary>The parts of an open store.</summary>
internal sealed record OpenedStore(
    ReplicaIdentity Identity,
    RecoveredState Recovered,
    IdentityFile? IdentityFile,
    LogWriter Writer,
    SegmentSupply Supply,
    LiveSegments Live,
    SnapshotStore Snapshots,
    bool IsSnapshotRotten,
    IReadOnlyList<string> ForeignFiles);
