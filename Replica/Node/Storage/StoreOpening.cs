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
    private readonly SegmentBytes _bytes;
    private readonly List<OpenedGroup> _groups = [];
    private LogCatalog? _catalog;

    private StoreOpening(StorageDirectory directory, StoreOptions options)
    {
        _directory = directory;
        _options = options;
        _bytes = new SegmentBytes(directory);
    }

    /// <summary>Opens the directory, whose lock the caller has.</summary>
    public static OpenedStore Run(StorageDirectory directory, StoreOptions options, Guid start) => new StoreOpening(directory, options).Run(start);

    /// <summary>Reads what is there of each group, ascending, and changes nothing.</summary>
    public static IReadOnlyList<(ReplicaIdentity Identity, RecoveredState State)> Read(StorageDirectory directory)
    {
        StoreOpening opening = new(directory, new StoreOptions());
        try
        {
            opening.FindGroups();
            opening.Recover();
            return [.. opening._groups.Select(static group => (group.Identity, group.State))];
        }
        finally
        {
            foreach (OpenedGroup group in opening._groups)
                group.Snapshot?.Dispose();
        }
    }

    /// <summary>Who the directory belongs to in each of its groups, ascending.</summary>
    public static IReadOnlyList<ReplicaIdentity> ReadIdentities(StorageDirectory directory)
    {
        StoreOpening opening = new(directory, new StoreOptions());
        opening.FindGroups();
        return [.. opening._groups.Select(static group => group.Identity)];
    }

    private OpenedStore Run(Guid start)
    {
        // A killed process may have left names that only the cache shows: what is built on them must not vanish with them.
        _directory.SyncDirectory();
        FindGroups();
        RecoveredLog log = Recover();
        NextStart(start);
        DropUnfinishedSnapshots();
        StartIdentities(log.End.Position);
        SegmentSupply supply = new(_directory, _options);
        foreach (OpenedGroup group in _groups)
            group.Snapshots = new SnapshotStore(_directory, group.Files, group.Identity, group.Snapshot, _options.ReturnBytes);
        LogWriter writer = StartSegment(log, supply);
        foreach (OpenedGroup group in _groups)
            group.IdentityFile?.NoteCertified(writer.SyncedRecords);
        Reuse(log.End.Position, writer.Segment, supply);
        supply.Reserve(writer.Segment + 1);
        return new OpenedStore(_groups, writer, supply, Live(log.End.Position, writer), ForeignFiles());
    }

    /// <summary>The groups of the directory: by their identity files and, where files are lost or do not fit together, by the headers of the log.</summary>
    private void FindGroups()
    {
        IdentityRecord[] records = ReadIdentityFiles();
        int count = records.Length == 0 ? 0 : records[0].Identity.Sharing;
        if (count > 0 && count == records.Length)
        {
            foreach (IdentityRecord record in records)
                AddGroup(record.Identity, record, records[0].Identity with { Group = record.Identity.Group });
            return;
        }

        IReadOnlyList<ReplicaIdentity> named = LogCatalog.FindIdentities(_directory, _bytes) ?? throw new DataDirectoryException(
            $"{_directory.Location} does not say which replica it belongs to: it was never formatted, or its identity {(count > 1 ? "files" : "file")} and its log are unreadable");
        foreach (ReplicaIdentity identity in named)
        {
            ReplicaIdentity shared = identity with { Sharing = named.Count };
            IdentityRecord? record = IdentityFile.Read(_directory, GroupFiles.Of(identity.Group, named.Count));
            AddGroup(record?.Identity ?? shared, record, shared);
        }
    }

    /// <summary>
    /// What the identity files say that are where they belong, ascending by group. A copy of one under another name is not: it says what was promised when it was made.
    /// </summary>
    private IdentityRecord[] ReadIdentityFiles()
    {
        List<IdentityRecord> records = [];
        foreach (GroupId group in GroupFiles.SharingIn(_directory))
        {
            if (IdentityFile.Read(_directory, GroupFiles.OfSharing(group)) is { Identity.Sharing: > 1 } record && record.Identity.Group == group)
                records.Add(record);
        }

        if (records.Count == 0 && IdentityFile.Read(_directory, GroupFiles.Alone) is { Identity.Sharing: 1 } alone)
            records.Add(alone);
        return [.. records];
    }

    private void AddGroup(ReplicaIdentity identity, IdentityRecord? record, ReplicaIdentity other)
    {
        bool isSame = identity.Group == other.Group && identity.Cluster == other.Cluster && identity.Replica == other.Replica && identity.Identity == other.Identity && identity.Sharing == other.Sharing;
        if (!isSame)
            throw new DataDirectoryException($"{_directory.Location} has an identity file of {identity.Group} in it that is of another directory, or of another group");
        _groups.Add(new OpenedGroup(identity, record, GroupFiles.Of(identity.Group, identity.Sharing)));
    }

    /// <summary>A start that lost something says so from now on: what was heard from earlier ones need not be on the disk any more.</summary>
    private void NextStart(Guid start)
    {
        ulong number = _groups.Max(static group => group.Identity.Incarnation) + 1;
        foreach (OpenedGroup group in _groups)
        {
            bool isLoss = group.State.Faulty.Count > 0 || group.State.FaultyFrom > Slot.Zero || group.IsSnapshotRotten;
            group.Identity = group.Identity with { Incarnation = number, StartId = start, LossStart = isLoss ? number : group.Identity.LossStart };
        }
    }

    private void StartIdentities(LogPosition certified)
    {
        foreach (OpenedGroup group in _groups)
        {
            if (group.Record is not { } record)
                continue;
            group.IdentityFile = IdentityFile.Start(_directory, group.Files, record with
            {
                Generation = record.Generation + 1,
                Identity = group.Identity,
                Promised = group.State.Promised,
                Certified = certified,
            });
        }
    }

    private RecoveredLog Recover()
    {
        foreach (OpenedGroup group in _groups)
        {
            group.Snapshot = SnapshotFile.TryOpen(_directory, group.Files, group.Identity, out bool isRotten);
            group.IsSnapshotRotten = isRotten;
        }

        LogOwner owner = LogOwner.Of([.. _groups.Select(static group => group.Identity)]);
        LogPosition certified = _groups.Max(static group => group.Record?.Certified ?? LogPosition.None);
        SnapshotMark[] marks = [.. _groups.Select(static group => group.Snapshot?.Mark ?? SnapshotMark.None)];
        _catalog = LogCatalog.Read(_directory, _bytes, owner, certified, [.. marks.Select(static mark => mark.Slot.Number)]);
        RecoveredLog log = LogRecovery.Run(_bytes, owner, _catalog.Chain, certified, marks);
        for (int index = 0; index < _groups.Count; index++)
            _groups[index].State = Combine(_groups[index], log.States[index], log.HighestViews[index]);
        return log;
    }

    private RecoveredState Combine(OpenedGroup group, RecoveredState state, View highestView) => state with
    {
        ViewRecordLost = group.Record is null,
        Promised = View.Max(View.Max(group.Record?.Promised ?? View.First, highestView), View.First),
        Owned = group.Record?.Owned ?? View.None,
        SnapshotPieces = group.Snapshot?.PiecesIn(_directory, group.Files) ?? [],
    };

    /// <summary>Nobody goes on with a snapshot that another life has begun; its space may be what is missing.</summary>
    private void DropUnfinishedSnapshots()
    {
        IReadOnlyList<string> names = _directory.List();
        foreach (OpenedGroup group in _groups)
        {
            if (names.Contains(group.Files.NewSnapshot, StringComparer.Ordinal))
                _directory.Delete(group.Files.NewSnapshot);
        }
    }

    private LogWriter StartSegment(RecoveredLog log, SegmentSupply supply)
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

        LogWriter writer = new(
            [.. _groups.Select(static group => group.Identity)],
            supply,
            number,
            log.End,
            [.. _groups.Select(static group => (Func<long>)(() => group.Snapshots!.NewestSlot))]);
        for (int index = 0; index < _groups.Count; index++)
            log.Unsynced[index].Decided = log.States[index].Decided;
        bool hasUnsynced = log.Unsynced.Any(static batch => batch.Records.Count > 0);
        if (hasUnsynced)
        {
            writer.Write(log.Unsynced);
            writer.Sync();
        }

        LogEnd cut = hasUnsynced
            ? log.End
            : log.End.WithGroups((group, index) => group with { Decided = Math.Max(group.Decided, log.States[index].Decided.Number) });
        writer.WriteSegmentHeader(cut, LogPosition.Max(cut.Position, writer.Synced));
        writer.Sync();
        writer.WriteEmpty(log.Unsynced);
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
                live.Add(file.Number, file.Before);
        }

        live.Add(writer.Segment, writer.Before);
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
        HashSet<string> own = [ReplicaStore.LockName, .. _groups.SelectMany(static group => group.Files.All)];
        List<string> foreign = [.. _catalog!.Foreign, .. _directory.List().Where(name => !own.Contains(name) && !LogFormat.IsSegmentName(name, out _))];
        foreign.Sort(StringComparer.Ordinal);
        return foreign;
    }
}

/// <summary>What is there of one group, and what becomes of it step by step while the directory is opened.</summary>
/// <param name="identity">Who the directory belongs to in this group.</param>
/// <param name="record">What its identity file says; null when that is lost.</param>
/// <param name="files">The names of its files.</param>
internal sealed class OpenedGroup(ReplicaIdentity identity, IdentityRecord? record, GroupFiles files)
{
    /// <summary>Who the directory belongs to in this group; of this start, once that has begun.</summary>
    public ReplicaIdentity Identity { get; set; } = identity;

    /// <summary>What its identity file says; null when that is lost.</summary>
    public IdentityRecord? Record => record;

    /// <summary>The names of its files.</summary>
    public GroupFiles Files => files;

    /// <summary>Its intact snapshot; null for none.</summary>
    public SnapshotFile? Snapshot { get; set; }

    /// <summary>There is a snapshot, and it is not intact.</summary>
    public bool IsSnapshotRotten { get; set; }

    /// <summary>What the directory remembers of it.</summary>
    public RecoveredState State { get; set; } = RecoveredState.Fresh;

    /// <summary>Its identity file of this start; null when it has lost the one before.</summary>
    public IdentityFile? IdentityFile { get; set; }

    /// <summary>Its snapshots from now on.</summary>
    public SnapshotStore? Snapshots { get; set; }
}

/// <summary>The parts of an open store.</summary>
internal sealed record OpenedStore(IReadOnlyList<OpenedGroup> Groups, LogWriter Writer, SegmentSupply Supply, LiveSegments Live, IReadOnlyList<string> ForeignFiles);
