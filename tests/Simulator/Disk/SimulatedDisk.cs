using PaxosShard.Replica.Node.Storage.Posix;

namespace PaxosShard.Simulator.Disk;

/// <summary>
/// One directory on a simulated disk with a page cache. What was written is pending, block by block, until it is synced; what
/// was created, renamed or removed is pending until the directory is. <see cref="Kill"/> ends the process and keeps the cache;
/// <see cref="Crash"/> is a power failure and keeps, loses, tears or spoils each pending thing by itself. Deterministic: the same
/// calls and the same random numbers give the same bytes. Used by one thread.
/// </summary>
public sealed class SimulatedDisk
{
    /// <summary>Where its one directory is.</summary>
    public const string Location = "/simulated";

    /// <summary>Bytes that reach the disk together or are torn.</summary>
    public const int BlockBytes = 4096;

    private readonly List<DirectoryChange> _changes = [];
    private SortedDictionary<string, DiskFile> _names = new(StringComparer.Ordinal);
    private SortedDictionary<string, DiskFile> _platterNames = new(StringComparer.Ordinal);
    private readonly DiskCalls _calls;
    private bool _powerFailed;

    /// <summary>An empty one.</summary>
    public SimulatedDisk()
    {
        _calls = new DiskCalls(this);
    }

    /// <summary>Bytes that all files together may have: what would pass it meets "no space left".</summary>
    public long Budget { get; set; } = long.MaxValue;

    /// <summary>How many of the next syncs fail with EIO: the cache goes on showing the new data, the disk keeps the old.</summary>
    public int FailingSyncs { get; set; }

    /// <summary>How many of the next file syncs report success and bring nothing to the disk.</summary>
    public int LyingSyncs { get; set; }

    /// <summary>The files whose syncs may lie; all of them unless it is set.</summary>
    public Predicate<string> LiesAbout { get; set; } = static _ => true;

    /// <summary>Syncs so far that brought something to the disk in files whose syncs may lie.</summary>
    public long TrueSyncs { get; private set; }

    /// <summary>A power failure brings what syncs lied about to the disk before it strikes: the lies do no harm.</summary>
    public bool ForgivesLies { get; set; }

    /// <summary>Something that a sync reported as durable would be lost with the power.</summary>
    public bool HasLies => _names.Values.Any(file => file.HasLies);

    /// <summary>Bytes that all files have together.</summary>
    public long UsedBytes => _names.Values.Sum(file => file.Length);

    /// <summary>The changing operation (write, cut, sync, create, rename, delete), counted from 1, at which the power fails; 0 for none.</summary>
    public long CrashAtOperation { get; set; }

    /// <summary>Asked just before a changing call takes effect, with the name of its file (none for the directory): true ends the process or the power there. Null: nobody is asked.</summary>
    public Func<ChangingCall, string, bool>? EndsBefore { get; set; }

    /// <summary>What was written up to this operation is durable, and something else that is durable says so; told by whoever knows the format.</summary>
    public long CertifiedThrough { get; set; }

    /// <summary>Changing operations so far.</summary>
    public long Operations { get; private set; }

    /// <summary>File syncs that succeeded so far.</summary>
    public long SyncCount { get; private set; }

    /// <summary>Something durable was spoilt, hidden or never written at all, behind everybody's back: what the disk held may be lost.</summary>
    public bool WasDamaged { get; private set; }

    /// <summary>Whether a power failure now could lose something.</summary>
    public bool HasPending => _changes.Count > 0 || _names.Values.Any(file => file.HasPending);

    /// <summary>Whether a power failure now could lose something besides what some files hold.</summary>
    /// <param name="isLeftOut">The files that are not looked at, by their names.</param>
    public bool HasPendingBesides(Predicate<string> isLeftOut) =>
        _changes.Any(change => !isLeftOut((change.To ?? change.From)!)) || _names.Any(named => !isLeftOut(named.Key) && named.Value.HasPending);

    /// <summary>Each so many system calls one is interrupted before it does anything, or a write is cut short; 0 for never.</summary>
    public int InterruptsEvery { get; set; }

    /// <summary>Calls so far that were interrupted or cut short.</summary>
    public long Interruptions => _calls.Interruptions;

    /// <summary>Files that the process has open.</summary>
    public int OpenFiles => _calls.OpenFiles;

    /// <summary>The names of all files, in ordinal order.</summary>
    public IReadOnlyCollection<string> Names => _names.Keys;

    /// <summary>Its directory, as the product's storage sees it. What is opened through it is worthless once the process or the power is gone.</summary>
    public StorageDirectory OpenDirectory() => new(Location, _calls);

    /// <summary>The process ends: its handles and its lock are gone, the page cache stays.</summary>
    public void Kill()
    {
        _calls.CloseAll();
    }

    /// <summary>As <see cref="Kill"/>, after an operation at which the power was to fail: it was only the process that ended there.</summary>
    public void Restart()
    {
        Kill();
        CrashAtOperation = 0;
        _powerFailed = false;
    }

    /// <summary>The power fails.</summary>
    /// <param name="random">The only source of chance. One that always gives 0 keeps everything pending, 1 loses everything.</param>
    public void Crash(Func<ulong> random)
    {
        Kill();
        if (ForgivesLies)
            SettleLies();
        foreach (DirectoryChange change in _changes)
        {
            if (random() % 2 == 0)
                change.Apply(_platterNames);
        }

        _changes.Clear();
        _names = new SortedDictionary<string, DiskFile>(_platterNames, StringComparer.Ordinal);
        foreach (DiskFile file in _names.Values)
            file.Crash(random);
        CrashAtOperation = 0;
        _powerFailed = false;
    }

    /// <summary>The bytes of a file that would survive if every pending block were lost.</summary>
    /// <exception cref="FileNotFoundException">There is none of that name.</exception>
    public byte[] Platter(string name) => FindExisting(name).Platter();

    /// <summary>Flips one bit of a file, on the disk and in the cache: latent rot.</summary>
    public void FlipBit(string name, long bit)
    {
        Span<byte> one = stackalloc byte[1];
        DiskFile file = FindExisting(name);
        file.Read(one, bit / 8);
        one[0] ^= (byte)(1 << (int)(bit % 8));
        file.Damage(bit / 8, one);
        WasDamaged = true;
    }

    /// <summary>Puts other bytes into a file, on the disk and in the cache: a misdirected write.</summary>
    public void Damage(string name, long offset, ReadOnlySpan<byte> bytes)
    {
        FindExisting(name).Damage(offset, bytes);
        WasDamaged = true;
    }

    /// <summary>Takes a file away, from the disk and from the cache, as a broken file system does.</summary>
    public void Lose(string name)
    {
        DiskFile file = FindExisting(name);
        _names.Remove(name);
        _platterNames.Remove(name);
        _changes.RemoveAll(change => ReferenceEquals(change.File, file));
        WasDamaged = true;
    }

    /// <summary>Makes a part of a file unreadable (EIO) until it is written again.</summary>
    public void MakeUnreadable(string name, long offset, long length)
    {
        FindExisting(name).Unreadable.Add((offset, length));
        WasDamaged = true;
    }

    /// <summary>Whether a part was written so lately that nothing on the disk may say yet that it is durable.</summary>
    public bool IsUncertified(string name, long offset, long length) => FindExisting(name).WasWrittenAfter(CertifiedThrough, offset, length);

    /// <summary>Every part can be read again.</summary>
    public void MakeReadable()
    {
        foreach (DiskFile file in _names.Values)
            file.Unreadable.Clear();
    }

    /// <summary>Another disk with the same content, pending things included; nobody has a handle or the lock of it.</summary>
    public SimulatedDisk Clone()
    {
        SimulatedDisk clone = new() { Budget = Budget, WasDamaged = WasDamaged, InterruptsEvery = InterruptsEvery };
        Dictionary<DiskFile, DiskFile> copies = new(ReferenceEqualityComparer.Instance);
        DiskFile Copy(DiskFile file) => copies.TryGetValue(file, out DiskFile? copy) ? copy : copies[file] = file.Clone();
        foreach ((string name, DiskFile file) in _names)
            clone._names[name] = Copy(file);
        foreach ((string name, DiskFile file) in _platterNames)
            clone._platterNames[name] = Copy(file);
        foreach (DirectoryChange change in _changes)
            clone._changes.Add(change with { File = Copy(change.File) });
        return clone;
    }

    /// <summary>The file that a name stands for now; null when there is none.</summary>
    internal DiskFile? Find(string name) => _names.GetValueOrDefault(name);

    /// <summary>How many bytes are missing for <paramref name="file"/> to have <paramref name="length"/>; 0 or less when it fits.</summary>
    internal long Missing(DiskFile file, long length)
    {
        if (Budget == long.MaxValue || length <= file.Length)
            return 0;
        long others = _names.Values.Where(other => !ReferenceEquals(other, file)).Sum(other => other.Length);
        return others + length - Budget;
    }

    /// <summary>A changing call is about to take effect.</summary>
    /// <exception cref="SimulatedPowerFailureException">It does not: the process or the power ends before it.</exception>
    internal void Begin(ChangingCall call, string name)
    {
        if (EndsBefore is not { } endsBefore || !endsBefore(call, name))
            return;
        _powerFailed = true;
        throw new SimulatedPowerFailureException(Operations + 1);
    }

    /// <summary>Puts bytes into the page cache.</summary>
    internal void Write(DiskFile file, ReadOnlySpan<byte> bytes, long offset)
    {
        file.Write(bytes, offset);
        file.NoteWrite(offset, bytes.Length, Operations + 1, CertifiedThrough);
        Count();
    }

    /// <summary>Cuts or lengthens a file in the page cache.</summary>
    internal void SetLength(DiskFile file, long length)
    {
        file.SetLength(length);
        Count();
    }

    /// <summary>Brings a file to the disk, or not, and says so, or not; false when it says that it failed.</summary>
    internal bool SyncFile(DiskFile file, string name)
    {
        Count();
        if (TakeFailure())
        {
            file.Sync(pretend: true);
            return false;
        }

        bool lies = TakeLie(name);
        if (!lies && file.HasPending && LiesAbout(name))
            TrueSyncs++;
        file.Sync(lies, lies);
        SyncCount++;
        return true;
    }

    /// <summary>Brings all names to the disk; false when that failed.</summary>
    internal bool SyncNames()
    {
        Count();
        bool failed = TakeFailure();
        if (!failed)
            _platterNames = new SortedDictionary<string, DiskFile>(_names, StringComparer.Ordinal);
        _changes.Clear();
        return !failed;
    }

    /// <summary>Creates, renames or removes a file in the page cache.</summary>
    internal void Change(DirectoryChange change)
    {
        change.Apply(_names);
        _changes.Add(change);
        Count();
    }

    private void Count()
    {
        Operations++;
        if (_powerFailed || Operations == CrashAtOperation)
        {
            _powerFailed = true;
            throw new SimulatedPowerFailureException(Operations);
        }
    }

    private bool TakeFailure()
    {
        if (FailingSyncs == 0)
            return false;
        FailingSyncs--;
        return true;
    }

    private bool TakeLie(string name)
    {
        if (LyingSyncs == 0 || !LiesAbout(name))
            return false;
        LyingSyncs--;
        WasDamaged = true;
        return true;
    }

    private void SettleLies()
    {
        foreach (DiskFile file in _names.Values)
            file.SettleLies();
    }

    private DiskFile FindExisting(string name) =>
        Find(name) ?? throw new FileNotFoundException($"there is no {name} on the simulated disk", name);
}

/// <summary>A change of the directory that was not synced yet.</summary>
/// <param name="File">The file it is about.</param>
/// <param name="From">The name it had; null when it was created.</param>
/// <param name="To">The name it got; null when it was removed.</param>
internal sealed record DirectoryChange(DiskFile File, string? From, string? To)
{
    /// <summary>Makes the change, unless an earlier one that it builds on was lost.</summary>
    public void Apply(SortedDictionary<string, DiskFile> names)
    {
        if (From is not null)
        {
            if (!names.TryGetValue(From, out DiskFile? file) || !ReferenceEquals(file, File))
                return;
            names.Remove(From);
        }

        if (To is not null)
            names[To] = File;
    }
}
