using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Replica.Node.Storage.Snapshots;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>
/// The durable memory of a replica, or of one replica in each of several groups: their identities and view records, and the write-ahead log that they share, in one directory (FORMAT.md). Records
/// are appended, then synced together, whichever group they are of; what <see cref="Sync"/> has covered survives any power failure. What is of a group is given by the index of the group. Used by one thread at a
/// time. After a <see cref="StorageFailedException"/> the store is unusable and the process is to stop (rule 12).
/// </summary>
public sealed class ReplicaStore : ILogStore, IDisposable
{
    /// <summary>Name of the lock file.</summary>
    internal const string LockName = "lock";

    private readonly IDisposable _lock;
    private readonly LogWriter _writer;
    private readonly SegmentSupply _supply;
    private readonly LiveSegments _live;
    private readonly StoreOptions _options;
    private readonly GroupStore[] _groups;
    private readonly Record?[] _views;
    private bool _failed;

    private ReplicaStore(OpenedStore opened, IDisposable directoryLock, StoreOptions options)
    {
        _lock = directoryLock;
        _options = options;
        _writer = opened.Writer;
        _supply = opened.Supply;
        _live = opened.Live;
        _groups = [.. opened.Groups.Select(static group => new GroupStore(group))];
        _views = new Record?[_groups.Length];
        ForeignFiles = opened.ForeignFiles;
    }

    /// <summary>What each group has for itself, ascending by group; one, unless groups share the directory.</summary>
    public IReadOnlyList<GroupStore> Groups => _groups;

    /// <summary>Files in the directory that are not understood. They are never touched.</summary>
    public IReadOnlyList<string> ForeignFiles { get; }

    /// <summary>Syncs made since the start.</summary>
    public long SyncCount => _writer.SyncCount + _supply.SyncCount + _groups.Sum(static group => group.SyncCount);

    /// <summary>
    /// No space was left for the next segment. Appends still work until the one in use is full; the replica had better take no
    /// new requests until this is false again. Preparation is tried again with each <see cref="Sync"/> and <see cref="Prepare"/>.
    /// </summary>
    public bool IsDiskFull => _supply.IsDiskFull;

    /// <summary>
    /// Something is synced of which the disk does not say so yet: until it does, rot of it would be taken for a torn write. To be
    /// ended with <see cref="Certify"/> when nothing was appended for 10 ms.
    /// </summary>
    public bool NeedsCertification =>
        !_failed && !_writer.HasUnsynced && !HasPendingView
        && (_writer.NeedsCertification || Array.Exists(_groups, static group => group.NeedsSecondCopy));

    /// <summary>The segment in use is half full and the next one is not ready: time for <see cref="Prepare"/>.</summary>
    public bool NeedsPreparation => !_failed && !_supply.IsReady && _writer.QuartersFull >= 2;

    private bool HasPendingView => Array.Exists(_groups, static group => group.HasPendingView);

    /// <summary>Whether a directory is formatted, or was once: then it is to be opened and must not be created.</summary>
    public static bool IsFormatted(StorageDirectory directory)
    {
        IReadOnlyList<string> names = directory.List();
        bool isOpened = names.Any(static name => string.Equals(name, GroupFiles.Alone.Identity, StringComparison.Ordinal) || GroupFiles.IsSnapshot(name) || LogFormat.IsSegmentName(name, out _));
        if (isOpened)
            return true;

        // A power failure while the directory was created leaves some of the identity files.
        IReadOnlyList<GroupId> sharing = GroupFiles.SharingIn(directory);
        return sharing.Count > 0 && sharing.All(group => IdentityFile.Read(directory, GroupFiles.OfSharing(group)) is not { } record || record.Identity.Sharing <= sharing.Count);
    }

    /// <summary>Makes a new data directory of one group. All of it is durable when this returns; a crash before leaves a directory to be created again.</summary>
    /// <param name="directory">An empty directory.</param>
    /// <param name="identity">Who it is for; the drawn identity must be random.</param>
    /// <param name="options">Sizes.</param>
    /// <exception cref="ArgumentException">The identity is not well-formed.</exception>
    /// <exception cref="DataDirectoryException">The directory is not empty; the message names what is in it.</exception>
    /// <exception cref="DataDirectoryInUseException">Another process works in it.</exception>
    public static void Create(StorageDirectory directory, ReplicaIdentity identity, StoreOptions options) => Create(directory, [identity], options);

    /// <summary>As the other one, for several groups that share it.</summary>
    /// <param name="directory">An empty directory.</param>
    /// <param name="identities">Who it is for in each group, 1 to 64, no two alike; only what is of a group differs.</param>
    /// <param name="options">Sizes.</param>
    public static void Create(StorageDirectory directory, IReadOnlyList<ReplicaIdentity> identities, StoreOptions options)
    {
        options.Validate();

        // In one order whoever calls: then half of one attempt and half of another never have the files of all groups.
        ReplicaIdentity[] sharing = [.. identities.OrderBy(static identity => identity.Group.Number).Select(identity => identity with { Sharing = identities.Count })];
        foreach (ReplicaIdentity identity in sharing)
        {
            if (identity.BrokenRule() is string rule)
                throw new ArgumentException(rule, nameof(identities));
        }

        if (sharing.DistinctBy(static identity => identity.Group).Count() < sharing.Length)
            throw new ArgumentException("a group is named twice", nameof(identities));

        ThrowIfNotEmpty(directory, [.. sharing.Select(static identity => identity.Group)]);
        using IDisposable directoryLock = directory.Lock(LockName);
        foreach (ReplicaIdentity identity in sharing)
        {
            IdentityFile.Replace(directory, GroupFiles.Of(identity.Group, sharing.Length), new IdentityRecord
            {
                Generation = 1,
                Identity = identity,
                Promised = View.First,
                Owned = View.None,
                Certified = LogPosition.None,
            });
        }
    }

    /// <summary>Opens a data directory: locks it, recovers what it remembers, and makes the next incarnation durable.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="options">Sizes; they may differ from those it was created with.</param>
    /// <param name="start">Drawn at random for this start, so that no copy of the directory can pass for it.</param>
    /// <param name="admit">Sees whose directory it is, in each of its groups, before anything is changed, because opening it already counts as a start; throws to leave it alone.</param>
    /// <exception cref="DataDirectoryInUseException">Another process works in it.</exception>
    /// <exception cref="DataDirectoryException">It is not formatted, of another format, or does not say whose it is.</exception>
    /// <exception cref="DiskFullException">There is not even space for a small segment.</exception>
    /// <exception cref="StorageFailedException">The disk failed.</exception>
    public static ReplicaStore Open(
        StorageDirectory directory, StoreOptions options, Guid start, Action<IReadOnlyList<ReplicaIdentity>>? admit = null)
    {
        options.Validate();
        if (!IsFormatted(directory))
            throw new DataDirectoryException($"{directory.Location} is not formatted: there is no replica in it");
        IDisposable directoryLock = directory.Lock(LockName);
        try
        {
            admit?.Invoke(StoreOpening.ReadIdentities(directory));
            return new ReplicaStore(StoreOpening.Run(directory, options, start), directoryLock, options);
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <summary>Reads what a stopped replica remembers in each of its groups, ascending, for an export. Changes nothing and needs no lock.</summary>
    /// <exception cref="DataDirectoryInUseException">The replica runs: what is read would not fit together.</exception>
    /// <exception cref="DataDirectoryException">It is not formatted, of another format, or does not say whose it is.</exception>
    public static IReadOnlyList<(ReplicaIdentity Identity, RecoveredState State)> ReadOnly(StorageDirectory directory)
    {
        directory.ThrowIfLocked(LockName);
        return StoreOpening.Read(directory);
    }

    /// <summary>Reads who a directory belongs to in each of its groups, ascending. Changes nothing and needs no lock.</summary>
    /// <exception cref="DataDirectoryException">It is not formatted, of another format, or does not say whose it is.</exception>
    public static IReadOnlyList<ReplicaIdentity> ReadIdentities(StorageDirectory directory) => StoreOpening.ReadIdentities(directory);

    /// <summary>
    /// Writes records without syncing them. After a <see cref="DiskFullException"/> nothing of the call counts, and it may be made
    /// again with the same arguments when there is space; <see cref="Sync"/> of what was appended before goes on working.
    /// </summary>
    /// <param name="batches">
    /// Of each group by index: its records in their order, the number of the last one, counted from the start of the process, and the decided slot to note; every slot up to it must have been appended, these
    /// records included.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below that of an earlier append.</exception>
    /// <exception cref="ArgumentException">More than fits in a segment, or a view record while the view record is lost.</exception>
    /// <exception cref="DiskFullException">No space for another segment.</exception>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public void Append(IReadOnlyList<LogBatch> batches)
    {
        ThrowIfFailed();
        for (int group = 0; group < _groups.Length; group++)
            _views[group] = _groups[group].Check(batches[group]);
        long bytes = LogWriter.Measure(batches);
        if (bytes > StoreOptions.LargestSegment - LogWriter.Overhead)
            throw new ArgumentException($"{bytes} bytes of records are more than a segment may have", nameof(batches));
        try
        {
            if (bytes > 0)
            {
                MakeRoom((int)bytes);
                _writer.Write(batches);
            }
        }
        catch (StorageFailedException)
        {
            _failed = true;
            throw;
        }

        for (int group = 0; group < _groups.Length; group++)
            _groups[group].OnAppended(batches[group], _views[group]);
    }

    /// <summary>Makes everything appended durable: the view records first, then the log. <see cref="GroupStore.DurableThrough"/> says it.</summary>
    /// <exception cref="DiskFullException">The file system had no space to overwrite a view record: nothing is durable yet; to be called again.</exception>
    /// <exception cref="StorageFailedException">The disk failed: fatal, nothing may be said that rests on these records.</exception>
    public void Sync() => Guarded(() =>
    {
        bool second = Array.Exists(_groups, static group => group.NeedsSecondCopy);
        SyncAll();
        if (second)
            Array.ForEach(_groups, static group => group.WriteSecondCopy());
        if (_writer.QuartersFull >= 3)
            _supply.Step(_writer.Segment + 1);
    });

    /// <inheritdoc/>
    public RecordNumber DurableThrough(int group) => _groups[group].DurableThrough;

    /// <summary>
    /// Writes and syncs that everything before is durable, and the decided slots. Does nothing unless <see cref="NeedsCertification"/>
    /// or a decided slot is higher than the noted one: a log that ends in good order knows all that was decided.
    /// </summary>
    /// <param name="batches">The decided slot to note of each group, as in <see cref="Append"/>; records do not count.</param>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public void Certify(IReadOnlyList<LogBatch> batches) => Guarded(() =>
    {
        bool isNews = !_writer.HasUnsynced && !HasPendingView && _writer.IsNews(batches);
        if (!NeedsCertification && !isNews)
            return;
        Array.ForEach(_groups, static group => group.WriteSecondCopy());
        if ((_writer.NeedsCertification || isNews) && TryMakeRoom(0))
        {
            _writer.WriteEmpty(batches);
            _writer.Sync();
        }
    });

    /// <summary>Does one step of making the next segment: at most <see cref="StoreOptions.PreparationBytes"/> are written and synced. Best called right after a sync was reported.</summary>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public void Prepare() => Guarded(() =>
    {
        if (NeedsPreparation)
            _supply.Step(_writer.Segment + 1);
    });

    /// <summary>
    /// Gives back the oldest segment, if every record in it is of a slot that a durable snapshot of its group has: it becomes the next segment, or is deleted by <see cref="ShrinkDead"/>. Needs no space.
    /// </summary>
    /// <param name="inSnapshots">Of each group: everything up to this slot is in a durable snapshot.</param>
    /// <returns>False: nothing shows that there is such a segment.</returns>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public bool TryRelease(IReadOnlyList<Slot> inSnapshots)
    {
        bool isReleased = false;
        Guarded(() => isReleased = Release([.. inSnapshots.Select(static slot => slot.Number)]));
        return isReleased;
    }

    /// <inheritdoc/>
    public int DeadSegments => _failed ? 0 : _supply.DeadCount;

    /// <inheritdoc/>
    public void ShrinkDead() => Guarded(_supply.ShrinkDead);

    /// <inheritdoc/>
    public bool IsHeldBackBy(int group, Slot inSnapshot) => _groups.Length > 1 && _live.IsHeldBackBy(group, inSnapshot.Number);

    /// <summary>Notes, durably, what is to be remembered of a peer. A replica without a view record never votes and remembers nothing.</summary>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public void RememberPeer(int group, ReplicaId peer, PeerMemory memory) => Guarded(() => _groups[group].RememberPeer(peer, memory, _writer.SyncedRecords));

    /// <summary>Notes, durably, what was heard from peers. Nothing waits for it: it may be called as rarely as one can afford to forget.</summary>
    /// <param name="group">The group.</param>
    /// <param name="heard">What was heard; from another start than the one that is remembered it does not count.</param>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public void RememberHeard(int group, IReadOnlyList<HeardMark> heard) => Guarded(() => _groups[group].RememberHeard(heard, _writer.SyncedRecords));

    /// <summary>Closes the files and gives the lock back. What was not synced may be lost.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _supply.Dispose();
        Array.ForEach(_groups, static group => group.Close());
        _lock.Dispose();
    }

    private static void ThrowIfNotEmpty(StorageDirectory directory, IReadOnlyList<GroupId> groups)
    {
        // What an earlier attempt has left, which was cut off: the space of identity files and, where several share the directory, some of them.
        HashSet<string> begun = [LockName, .. groups.Select(group => GroupFiles.Of(group, groups.Count).NewIdentity)];
        if (!IsFormatted(directory))
            begun.UnionWith(groups.Select(group => GroupFiles.Of(group, groups.Count).Identity));
        string[] names = [.. directory.List().Where(name => !begun.Contains(name))];
        if (names.Length == 0)
            return;
        string more = names.Length > 5 ? $" and {names.Length - 5} more" : string.Empty;
        throw new DataDirectoryException(
            $"{directory.Location} is not empty, so no replica is created in it: it has {string.Join(", ", names.Take(5))}{more}");
    }

    private void MakeRoom(int bytes)
    {
        if (_writer.HasRoom(bytes))
            return;
        _supply.Prepare(_writer.Segment + 1, Math.Max(bytes + LogWriter.Overhead, _options.FirstSegmentBytes));
        SyncAll();
        _writer.StartNextSegment();
        _live.Add(_writer.Segment, _writer.Before);
        _supply.Reserve(_writer.Segment + 1);
    }

    private bool Release(long[] snapshots)
    {
        if (!snapshots.AsSpan().ContainsAnyExcept(0) || !_live.HasOldest(snapshots))
            return false;

        // If the header of the segment in use were lost, nothing would tell that the log goes on behind what is given back.
        if (_writer.HasUnsynced)
            SyncAll();
        _supply.TakeBack(_writer.Segment + 1, LogFormat.SegmentName(_live.TakeOldest()));
        return true;
    }

    /// <summary>As <see cref="MakeRoom"/> for what can wait; false when there is no space.</summary>
    private bool TryMakeRoom(int bytes)
    {
        try
        {
            MakeRoom(bytes);
            return true;
        }
        catch (DiskFullException)
        {
            return false;
        }
    }

    private void SyncAll()
    {
        foreach (GroupStore group in _groups)
            group.SyncView(_writer.SyncedRecords);
        if (_writer.HasUnsynced)
            _writer.Sync();
        foreach (GroupStore group in _groups)
            group.OnSynced();
    }

    private void Guarded(Action action)
    {
        ThrowIfFailed();
        try
        {
            action();
        }
        catch (StorageFailedException)
        {
            _failed = true;
            throw;
        }
    }

    private void ThrowIfFailed()
    {
        if (_failed)
            throw new StorageFailedException("the store failed before and is not usable any more");
    }
}
