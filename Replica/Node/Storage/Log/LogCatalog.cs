using PaxosShard.Replica.Node.Storage.Posix;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>
/// The segments of a directory, sorted by what they are: the chain that is the log, files whose content is dead, one that is
/// prepared for use, and what is left alone. Only reads.
/// </summary>
internal sealed class LogCatalog
{
    private readonly SortedDictionary<int, SegmentFile> _files = [];
    private readonly long[] _snapshots;

    private LogCatalog(IEnumerable<SegmentFile> files, long[] snapshots)
    {
        _snapshots = snapshots;
        foreach (SegmentFile file in files)
            _files.Add(file.Number, file);
        BuildChain();
        Classify();
    }

    /// <summary>The log, from its beginning or from the snapshot on; a missing segment is in it too.</summary>
    public List<ChainLink> Chain { get; } = [];

    /// <summary>Own segments whose whole content is dead: their files may be used again.</summary>
    public List<SegmentFile> Dead { get; } = [];

    /// <summary>A file that was prepared for the next number and never used.</summary>
    public SegmentFile? Prepared { get; private set; }

    /// <summary>Segment files that are not understood: they are left alone.</summary>
    public List<string> Foreign { get; } = [];

    /// <summary>A link of the chain cannot be read, so that nobody can tell what is dead: nothing may be cut or used again.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The highest number that any segment file has.</summary>
    public int HighestNumber => _files.Count == 0 ? 0 : _files.Keys.Last();

    /// <summary>Looks at every segment file.</summary>
    /// <param name="directory">Where they are.</param>
    /// <param name="bytes">Reads them.</param>
    /// <param name="owner">Whose log it is.</param>
    /// <param name="certified">How far the log was synced at least, by what stands outside of it.</param>
    /// <param name="snapshots">The slot of the intact snapshot of each group; 0 for none.</param>
    /// <exception cref="DataDirectoryException">One of them is of another version, or of other groups than the directory.</exception>
    public static LogCatalog Read(StorageDirectory directory, SegmentBytes bytes, LogOwner owner, LogPosition certified, long[] snapshots)
    {
        List<SegmentFile> files = [];
        foreach (string name in directory.List())
        {
            if (LogFormat.IsSegmentName(name, out int number))
                files.Add(Look(bytes, name, number, owner, certified));
        }

        return new LogCatalog(files, snapshots);
    }

    /// <summary>Who the log belongs to by its newest intact segment header, in each of its groups; null when there is none.</summary>
    public static IReadOnlyList<ReplicaIdentity>? FindIdentities(StorageDirectory directory, SegmentBytes bytes)
    {
        SegmentHeader? newest = null;
        foreach (string name in directory.List())
        {
            if (!LogFormat.IsSegmentName(name, out int number))
                continue;
            SegmentHeader? header = LoadHeader(bytes, name);
            if (header is not null && header.Number == number)
                newest = header;
        }

        return newest is null ? null : [.. newest.Groups.Select(group => newest.Identity with { Group = group.Group })];
    }

    private static SegmentFile Look(SegmentBytes bytes, string name, int number, LogOwner owner, LogPosition certified)
    {
        SegmentHeader? header = LoadHeader(bytes, name);
        bool isOwn = header is null || header.Identity.Identity == owner.Identity;
        if (isOwn && header is not null && header.Number == number)
        {
            owner.RequireGroups(header.Groups);
            return new SegmentFile { Number = number, Header = header };
        }

        // It was never taken into use under this number, or its first block is bad now: only all of it together can tell.
        List<ScannedBatch> batches = SegmentScan.Run(bytes.Load(name), number, owner, incarnation: null);
        bool isCertified = certified.Segment == number || batches.Exists(batch => batch.Header.Certified.Segment == number);
        return new SegmentFile
        {
            Number = number,
            Batch = batches.Count == 0 ? null : batches[^1].Header,
            FirstBatch = batches.Count == 0 ? null : batches[0].Header,
            IsCertified = isCertified,
            IsForeign = !isCertified && (!isOwn || bytes.HasUnreadable),
        };
    }

    private static SegmentHeader? LoadHeader(SegmentBytes bytes, string name)
    {
        ReadOnlySpan<byte> beginning = bytes.Load(name, SegmentHeader.Bytes);
        int length = SegmentHeader.LengthIn(beginning);
        return SegmentHeader.TryRead(length > beginning.Length ? bytes.Load(name, length) : beginning);
    }

    private void BuildChain()
    {
        SegmentFile? file = _files.Values.LastOrDefault(candidate => candidate.IsActive);
        LogPosition? end = null;
        while (file is not null)
        {
            Chain.Insert(0, new ChainLink(file, end));
            end = file.PreviousEnd;
            if (end == LogPosition.None || file.BeginsBehind(_snapshots))
                return;
            if (end is not null && _files.TryGetValue(end.Value.Segment, out SegmentFile? previous) && previous.Number < file.Number)
            {
                file = previous;
                continue;
            }

            // The link is gone, or what it leads to: go on with what is there, and mark the place.
            IsBroken = true;
            int number = file.Number;
            if (end is not null)
                Chain.Insert(0, new ChainLink(new SegmentFile { Number = end.Value.Segment, Exists = false }, end));
            end = null;
            file = _files.Values.LastOrDefault(candidate => candidate.IsActive && candidate.Number < number);
        }
    }

    private void Classify()
    {
        int tail = Chain.Count == 0 ? 0 : Chain[^1].File.Number;
        foreach (SegmentFile file in _files.Values)
        {
            if (Chain.Exists(link => link.File.Number == file.Number))
                continue;
            if (file.IsForeign || (!file.IsUsed && !MayBePrepared(file.Number, tail)))
                Foreign.Add(file.Name);
            else if (!file.IsUsed && file.Number == HighestNumber)
                Prepared = file;
            else
                Dead.Add(file);
        }
    }

    /// <summary>The next segment is made as soon as the one before it is taken into use, which may not be durable yet.</summary>
    private bool MayBePrepared(int number, int tail) => number == tail + 1 || (number == tail + 2 && _files.ContainsKey(tail + 1));
}

/// <summary>A segment of the log.</summary>
/// <param name="File">Its file.</param>
/// <param name="End">Where its live part ends; null for the last one, and where nothing says so.</param>
internal readonly record struct ChainLink(SegmentFile File, LogPosition? End);
