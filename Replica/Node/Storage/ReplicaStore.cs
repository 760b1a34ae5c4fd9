using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Replica.Node.Storage.Snapshots;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>
/// The durable memory of a replica: its identity, its view record and its write-ahead log, in one directory (FORMAT.md). Records
/// are appended, then synced together; what <see cref="Sync"/> has returned survives any power failure. Used by one thread at a
/// time. After a <see cref="StorageFailedException"/> the store is unusable and the process is to stop (rule 12).
/// </summary>
public sealed class ReplicaStore : ILogStore, IDisposable
{
    /// <summary>Name of the lock file.</summary>
    internal const string LockName = "lock";

    private readonly IDisposable _lock;
    private readonly IdentityFile? _identityFile;
    private readonly LogWriter _writer;
    private readonly SegmentSupply _supply;
    private readonly LiveSegments _live;
    private readonly StoreOptions _options;
    private Record? _pendingView;
    private RecordNumber _appendedThrough;
    private RecordNumber _durableThrough;
    private bool _failed;

    private ReplicaStore(OpenedStore opened, IDisposable directoryLock, StoreOptions options)
    {
        _lock = directoryLock;
        _options = options;
        _identityFile = opened.IdentityFile;
        _writer = opened.Writer;
        _supply = opened.Supply;
        _live = opened.Live;
        Identity = opened.Identity;
        Recovered = opened.Recovered;
        Snapshots = opened.Snapshots;
        IsSnapshotRotten = opened.IsSnapshotRotten;
        ForeignFiles = opened.ForeignFiles;
    }

    /// <summary>Who the directory belongs to, with the incarnation of this start and what is remembered of the peers.</summary>
    public ReplicaIdentity Identity { get; private set; }

    /// <summary>What the disk remembered when it was opened, all of it durable; nothing after <see cref="ForgetRecovered"/>.</summary>
    public RecoveredState Recovered { get; private set; }

    /// <summary>The snapshots of the directory. They may be used by another thread than the store.</summary>
    public SnapshotStore Snapshots { get; }

    /// <summary>There was a snapshot when it was opened, and it could not be read as it was written: it counts as none.</summary>
    public bool IsSnapshotRotten { get; }

    /// <summary>Files in the directory that are not understood. They are never touched.</summary>
    public IReadOnlyList<string> ForeignFiles { get; }

    /// <summary>Syncs made since the start.</summary>
    public long SyncCount => _writer.SyncCount + _supply.SyncCount + (_identityFile?.SyncCount ?? 0);

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
        !_failed && !_writer.HasUnsynced && _pendingView is null
        && (_writer.NeedsCertification || _identityFile?.NeedsSecondCopy == true);

    /// <summary>The segment in use is half full and the next one is not ready: time for <see cref="Prepare"/>.</summary>
    public bool NeedsPreparation => !_failed && !_supply.IsReady && _writer.QuartersFull >= 2;

    /// <summary>Whether a directory is formatted, or was once: then it is to be opened and must not be created.</summary>
    public static bool IsFormatted(StorageDirectory directory) => directory.List().Any(IsOwnFile);

    /// <summary>Makes a new data directory. All of it is durable when this returns; a crash before leaves a directory to be created again.</summary>
    /// <param name="directory">An empty directory.</param>
    /// <param name="identity">Who it is for; the drawn identity must be random.</param>
    /// <param name="options">Sizes.</param>
    /// <exception cref="ArgumentException">The identity is not well-formed.</exception>
    /// <exception cref="DataDirectoryException">The directory is not empty; the message names what is in it.</exception>
    /// <exception cref="DataDirectoryInUseException">Another process works in it.</exception>
    public static void Create(StorageDirectory directory, ReplicaIdentity identity, StoreOptions options)
    {
        options.Validate();
        if (identity.BrokenRule() is string rule)
            throw new ArgumentException(rule, nameof(identity));
        string[] names = [.. directory.List().Where(name => name is not (LockName or IdentityFile.NewName))];
        if (names.Length > 0)
        {
            string more = names.Length > 5 ? $" and {names.Length - 5} more" : string.Empty;
            throw new DataDirectoryException(
                $"{directory.Location} is not empty, so no replica is created in it: it has {string.Join(", ", names.Take(5))}{more}");
        }

        using IDisposable directoryLock = directory.Lock(LockName);
        IdentityFile.Replace(directory, new IdentityRecord
        {
            Generation = 1,
            Identity = identity,
            Promised = View.First,
            Owned = View.None,
            Certified = LogPosition.None,
        });
    }

    /// <summary>Opens a data directory: locks it, recovers what it remembers, and makes the next incarnation durable.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="options">Sizes; they may differ from those it was created with.</param>
    /// <param name="start">Drawn at random for this start, so that no copy of the directory can pass for it.</param>
    /// <param name="admit">Sees whose directory it is before anything is changed, because opening it already counts as a start; throws to leave it alone.</param>
    /// <exception cref="DataDirectoryInUseException">Another process works in it.</exception>
    /// <exception cref="DataDirectoryException">It is not formatted, of another format, or does not say whose it is.</exception>
    /// <exception cref="DiskFullException">There is not even space for a small segment.</exception>
    /// <exception cref="StorageFailedException">The disk failed.</exception>
    public static ReplicaStore Open(
        StorageDirectory directory, StoreOptions options, Guid start, Action<ReplicaIdentity>? admit = null)
    {
        options.Validate();
        if (!IsFormatted(directory))
            throw new DataDirectoryException($"{directory.Location} is not formatted: there is no replica in it");
        IDisposable directoryLock = directory.Lock(LockName);
        try
        {
            admit?.Invoke(StoreOpening.ReadIdentity(directory));
            return new ReplicaStore(StoreOpening.Run(directory, options, start), directoryLock, options);
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <summary>Reads what a stopped replica remembers, for an export. Changes nothing and needs no lock.</summary>
    /// <exception cref="DataDirectoryInUseException">The replica runs: what is read would not fit together.</exception>
    /// <exception cref="DataDirectoryException">It is not formatted, of another format, or does not say whose it is.</exception>
    public static RecoveredState ReadOnly(StorageDirectory directory)
    {
        directory.ThrowIfLocked(LockName);
        return StoreOpening.Read(directory);
    }

    /// <summary>Reads who a directory belongs to. Changes nothing and needs no lock.</summary>
    /// <exception cref="DataDirectoryException">It is not formatted, of another format, or does not say whose it is.</exception>
    public static ReplicaIdentity ReadIdentity(StorageDirectory directory) => StoreOpening.ReadIdentity(directory);

    /// <summary>
    /// Writes records without syncing them. After a <see cref="DiskFullException"/> nothing of the call counts, and it may be made
    /// again with the same arguments when there is space; <see cref="Sync"/> of what was appended before goes on working.
    /// </summary>
    /// <param name="records">The records, in their order; the list is not kept.</param>
    /// <param name="recordsThrough">Number of the last record, counted from the start of the process.</param>
    /// <param name="decided">The decided slot to note; every slot up to it must have been appended, these records included.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below that of an earlier append.</exception>
    /// <exception cref="ArgumentException">More than fits in a segment, or a view record while the view record is lost.</exception>
    /// <exception cref="DiskFullException">No space for another segment.</exception>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public void Append(IReadOnlyList<Record> records, RecordNumber recordsThrough, Slot decided)
    {
        ThrowIfFailed();
        ArgumentOutOfRangeException.ThrowIfLessThan(recordsThrough, _appendedThrough);
        Record? view = FindView(records);
        if (view is not null && _identityFile is null)
            throw new ArgumentException("the view record is lost: this replica may not promise anything", nameof(records));
        long bytes = LogWriter.Measure(records);
        if (bytes > StoreOptions.LargestSegment - LogWriter.Overhead)
            throw new ArgumentException($"{bytes} bytes of records are more than a segment may have", nameof(records));
        try
        {
            if (bytes > 0)
                Write(records, (int)bytes, decided.Number);
        }
        catch (StorageFailedException)
        {
            _failed = true;
            throw;
        }

        _pendingView = view ?? _pendingView;
        _appendedThrough = recordsThrough;
    }

    /// <summary>Makes everything appended durable: the view record first, then the log.</summary>
    /// <returns>The number of the last record that is durable now.</returns>
    /// <exception cref="DiskFullException">The file system had no space to overwrite the view record: nothing is durable yet; to be called again.</exception>
    /// <exception cref="StorageFailedException">The disk failed: fatal, nothing may be said that rests on these records.</exception>
    public RecordNumber Sync()
    {
        Guarded(() =>
        {
            bool second = _identityFile?.NeedsSecondCopy == true;
            SyncAll();
            if (second)
                _identityFile!.WriteSecondCopy();
            if (_writer.QuartersFull >= 3)
                _supply.Step(_writer.Segment + 1);
        });
        return _durableThrough;
    }

    /// <summary>
    /// Writes and syncs that everything before is durable, and the decided slot. Does nothing unless <see cref="NeedsCertification"/>
    /// or the decided slot is higher than the noted one: a log that ends in good order knows all that was decided.
    /// </summary>
    /// <param name="decided">The decided slot to note, as in <see cref="Append"/>.</param>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public void Certify(Slot decided) => Guarded(() =>
    {
        bool isNews = !_writer.HasUnsynced && _pendingView is null && decided.Number > _writer.NotedDecided;
        if (!NeedsCertification && !isNews)
            return;
        _identityFile?.WriteSecondCopy();
        if ((_writer.NeedsCertification || isNews) && TryMakeRoom(0))
        {
            _writer.WriteEmpty(decided.Number);
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
    /// Gives back the oldest segment, if every record in it is of a slot that a durable snapshot has: it becomes the next segment, or is deleted. Needs no space.
    /// </summary>
    /// <param name="inSnapshot">Everything up to this slot is in a durable snapshot.</param>
    /// <returns>False: nothing shows that there is such a segment.</returns>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public bool TryRelease(Slot inSnapshot)
    {
        bool isReleased = false;
        Guarded(() => isReleased = Release(inSnapshot));
        return isReleased;
    }

    /// <summary>Notes, durably, what is to be remembered of a peer. A replica without a view record never votes and remembers nothing.</summary>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public void RememberPeer(ReplicaId peer, PeerMemory memory) => Guarded(() =>
    {
        if (peer.Index < 0 || peer.Index >= Identity.ReplicaCount)
            throw new ArgumentException($"{peer} is not in a group of {Identity.ReplicaCount}", nameof(peer));
        WriteIdentity(Identity.WithPeer(peer, memory));
    });

    /// <summary>Notes, durably, what was heard from peers. Nothing waits for it: it may be called as rarely as one can afford to forget.</summary>
    /// <param name="heard">What was heard; from another start than the one that is remembered it does not count.</param>
    /// <exception cref="StorageFailedException">The disk failed: fatal.</exception>
    public void RememberHeard(IReadOnlyList<HeardMark> heard) => Guarded(() =>
    {
        ReplicaIdentity changed = Identity;
        foreach (HeardMark mark in heard)
        {
            PeerMemory memory = changed.Peer(mark.Peer);
            if (memory.Start == mark.Start)
                changed = changed.WithPeer(mark.Peer, memory.Heard(mark.Promised, mark.Voted));
        }

        if (!ReferenceEquals(changed, Identity))
            WriteIdentity(changed);
    });

    /// <summary>Whoever goes on from what was remembered has it: here the entries would stay in memory for as long as the store is open, snapshots or not.</summary>
    public void ForgetRecovered() => Recovered = RecoveredState.Fresh;

    /// <summary>Closes the files and gives the lock back. What was not synced may be lost.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _supply.Dispose();
        Snapshots.Dispose();
        _identityFile?.Dispose();
        _lock.Dispose();
    }

    private static bool IsOwnFile(string name) => name is IdentityFile.Name or SnapshotFile.Name || LogFormat.IsSegmentName(name, out _);

    private static Record? FindView(IReadOnlyList<Record> records)
    {
        Record? view = null;
        for (int index = 0; index < records.Count; index++)
        {
            if (records[index].Kind == RecordKind.Views)
                view = records[index];
        }

        return view;
    }

    private void WriteIdentity(ReplicaIdentity changed)
    {
        _identityFile?.Write(_identityFile.Record with { Identity = changed, Certified = _writer.SyncedRecords });
        Identity = changed;
    }

    private void Write(IReadOnlyList<Record> records, int bytes, long decided)
    {
        MakeRoom(bytes);
        _writer.Write(records, decided);
    }

    private void MakeRoom(int bytes)
    {
        if (_writer.HasRoom(bytes))
            return;
        _supply.Prepare(_writer.Segment + 1, Math.Max(bytes + LogWriter.Overhead, _options.FirstSegmentBytes));
        SyncAll();
        _writer.StartNextSegment();
        _live.Add(_writer.Segment, _writer.HighestBefore);
        _supply.Reserve(_writer.Segment + 1);
    }

    private bool Release(Slot inSnapshot)
    {
        if (inSnapshot == Slot.Zero || !_live.HasOldest(inSnapshot.Number))
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
        if (_pendingView is { } view)
        {
            _identityFile!.Write(_identityFile.Record with
            {
                Promised = view.View,
                Owned = view.Owned,
                Certified = _writer.SyncedRecords,
            });
            _pendingView = null;
        }

        if (_writer.HasUnsynced)
            _writer.Sync();
        _durableThrough = _appendedThrough;
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
