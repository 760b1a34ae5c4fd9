using System.Buffers.Binary;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Simulator.Disk;
using PaxosShard.Wire;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>A store on a simulated disk, in words that make the tests short.</summary>
internal sealed class StoreFixture
{
    public static readonly StoreOptions Small = new() { SegmentBytes = 32768, FirstSegmentBytes = 32768, PreparationBytes = 16384, ReturnBytes = 8192 };

    private ulong _state;
    private long _through;

    public StoreFixture(ulong seed = 1, StoreOptions? options = null, ReplicaIdentity? identity = null, Guid? start = null)
        : this(seed, options, [identity ?? Identity], start)
    {
    }

    /// <summary>A directory that several groups share.</summary>
    public StoreFixture(ulong seed, StoreOptions? options, IReadOnlyList<ReplicaIdentity> identities, Guid? start = null)
    {
        _state = seed;
        Options = options ?? Small;
        ReplicaStore.Create(Disk.OpenDirectory(), identities, Options);
        Store = ReplicaStore.Open(Disk.OpenDirectory(), Options, start ?? Guid.NewGuid());
    }

    private StoreFixture(StoreFixture of)
    {
        Options = of.Options;
        Disk = of.Disk.Clone();
        Store = of.Store;
    }

    public static ReplicaIdentity Identity { get; } = new()
    {
        Cluster = new Guid("11111111-2222-3333-4444-555555555555"),
        Group = new GroupId(3),
        Replica = new ReplicaId(1),
        ReplicaCount = 3,
        MembersHash = 0xABCDEF,
        Identity = 0x1234567890,
    };

    /// <summary>Whose a directory is that so many groups share: groups 3, 4 and so on.</summary>
    public static ReplicaIdentity[] IdentitiesOf(int groups) => [.. Enumerable.Range(0, groups).Select(static index => Identity with { Group = new GroupId(Identity.Group.Number + index) })];

    /// <summary>Something to remember of a peer, with nothing left out.</summary>
    public static PeerMemory Memory { get; } = new(
        77,
        new StartMark(5, new Guid("55555555-0000-0000-0000-000000000005")),
        new View(8),
        new Slot(70),
        new ShownStarts(
            new StartMark(1, new Guid("11111111-0000-0000-0000-000000000001")),
            new StartMark(2, new Guid("22222222-0000-0000-0000-000000000002"))));

    public StoreOptions Options { get; }

    public SimulatedDisk Disk { get; private init; } = new();

    public ReplicaStore Store { get; private set; }

    public RecoveredState Recovered => Store.Recovered;

    /// <summary>Names of the segments that were taken into use, the oldest first.</summary>
    public IReadOnlyList<string> Segments => [.. AllSegments.Where(IsInUse)];

    /// <summary>Names of the segments, prepared ones included.</summary>
    public IReadOnlyList<string> AllSegments => [.. Disk.Names.Where(name => name.StartsWith("log-", StringComparison.Ordinal))];

    /// <summary>SplitMix64.</summary>
    public ulong Random()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>An entry of one command of 8 to 8 + <paramref name="padding"/> bytes that says <paramref name="value"/>.</summary>
    public static Entry Value(long value, int padding = 0)
    {
        byte[] command = new byte[8 + padding];
        BinaryPrimitives.WriteInt64BigEndian(command, value);
        EntryBuilder builder = new(Limits.Entry, 1);
        builder.TryAdd(new ClientRequest(
            new SessionId(1), new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, command));
        return builder.Build(new(default, 1, 1));
    }

    public static Record Accepted(long view, long slot, long value, int padding = 0) =>
        Record.OfAccepted(new View(view), new Slot(slot), Value(value, padding));

    public static Record Learned(long slot, long value, int padding = 0) => Record.OfLearned(new Slot(slot), Value(value, padding));

    public static AcceptedEntry Entry(long view, long slot, long value, int padding = 0) => new(new Slot(slot), new View(view), Value(value, padding));

    /// <summary>As <see cref="Entry"/>, where the value is known to be decided.</summary>
    public static AcceptedEntry Known(long slot, long value) => new(new Slot(slot), View.None, Value(value));

    public void Append(params Record[] records) => Append(0, records);

    public void Append(long decided, params Record[] records)
    {
        _through += records.Length;
        Store.Append(records, new RecordNumber(_through), new Slot(decided));
    }

    public long Sync() => Store.SyncOne().Number;

    public void AppendAndSync(params Record[] records)
    {
        Append(records);
        Sync();
    }

    public void Certify(long decided = 0) => Store.Certify(new Slot(decided));

    /// <summary>The same with a copy of the disk, to be opened.</summary>
    public StoreFixture OnCloneOfItsDisk() => new(this);

    /// <summary>kill -9 and a new start.</summary>
    public void Restart()
    {
        Disk.Kill();
        Reopen();
    }

    /// <summary>The power fails; a new start.</summary>
    public void PowerFailure()
    {
        Disk.Crash(Random);
        Reopen();
    }

    /// <summary>The power fails and nothing unsynced survives; a new start.</summary>
    public void PowerFailureThatLosesAll()
    {
        Disk.Crash(() => 1UL);
        Reopen();
    }

    private bool IsInUse(string name)
    {
        byte[] file = Disk.Platter(name);
        return file.Length >= FormatReader.Block && FormatReader.U64(file, 0) == 0x50584C4F47534547
            && FormatReader.U32(file, 72) == int.Parse(name.AsSpan(4));
    }

    /// <summary>Opens the directory once more, for whoever has no use of the store of the fixture.</summary>
    public ReplicaStore OpenAnother() => ReplicaStore.Open(Disk.OpenDirectory(), Options, Guid.NewGuid());

    public void Reopen()
    {
        Store = OpenAnother();
        _through = 0;
    }
}
