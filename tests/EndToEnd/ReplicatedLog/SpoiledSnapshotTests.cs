using System.Buffers.Binary;
using System.Security.Cryptography;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.CommandLine;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>
/// A follower finds a snapshot in its directory that is not as it left it. That of another replica or group, or of a later format, is refused and left as it is. One that has rotted, in
/// whatever place, is reported, and what is lost comes from the others. One group serves all cases, one after the other: each leaves it whole.
/// </summary>
[TestFixture]
public sealed class SpoiledSnapshotTests
{
    private const int Block = 4096;
    private const int ChecksumAt = 8;
    private const int VersionAt = 12;
    private const string Rotten = "cannot be read as it was written";
    private const string Published = " is durable";

    private TestGroup? _group;
    private TestClients? _clients;
    private ChatLogClient? _reader;
    private int _struck;

    private TestGroup Group => _group ?? throw new InvalidOperationException("there is no group");

    private Writer Writer => _clients?.Writers.First() ?? throw new InvalidOperationException("there are no clients");

    private ReplicaProcess Struck => Group.Replicas[_struck];

    [OneTimeSetUp]
    public async Task StartGroupAsync()
    {
        using CancellationTokenSource limit = new(Eventually.Patience);
        _group = await TestGroup.StartAsync(
            3, limit.Token, new TestGroupOptions { Arguments = static _ => ["--snapshot-bytes", "100000", "--segment-bytes", $"{128 * 1024}"] });
        _clients = await TestClients.ConnectAsync(_group, 1, Eventually.Patience, limit.Token);
        _reader = await _group.ConnectAsync(limit.Token);
        _struck = ((await _group.PrimaryAsync(limit.Token)).Index + 1) % 3;
        byte[] value = new byte[100_000];
        Random.Shared.NextBytes(value);
        for (byte key = 0; !await IsSnapshotNeededAsync(limit.Token); key = (byte)((key + 1) % 6))
        {
            await _reader.Keys.PutAsync(new[] { key }, value, limit.Token);
            await Writer.SayAsync(50, limit.Token);
        }

        await _group.SettleAsync(limit.Token);
    }

    [OneTimeTearDown]
    public async Task EndGroupAsync()
    {
        if (_reader is not null)
            await _reader.DisposeAsync();
        if (_clients is not null)
            await _clients.DisposeAsync();
        if (_group is not null)
            await _group.DisposeAsync();
    }

    [TestCase(0, "the first byte of the header")]
    [TestCase(9, "its checksum")]
    [TestCase(15, "its version")]
    [TestCase(16, "its cluster")]
    [TestCase(79, "its slot")]
    [TestCase(4095, "its last byte")]
    [TestCase(4096, "the first byte of a piece")]
    [TestCase(4101, "its checksum")]
    [TestCase(4111, "its number")]
    [TestCase(4115, "its length")]
    [TestCase(4120, "its first byte")]
    [TestCase(-4096, "the first byte of the footer")]
    [TestCase(-4088, "its checksum")]
    [TestCase(-4073, "its slot")]
    [TestCase(-4065, "its number of pieces")]
    [TestCase(-4057, "its hash")]
    [TestCase(-4049, "its place")]
    [TestCase(-1, "its last byte")]
    [CancelAfter(90_000)]
    public Task A_flipped_byte_is_reported_and_what_was_lost_comes_from_the_others(int place, string what, CancellationToken cancellation) =>
        SpoilAsync(file => Flip(file, place < 0 ? file.Length + place : place), what, cancellation);

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    [CancelAfter(90_000)]
    public Task A_flipped_byte_in_what_the_group_holds_is_reported_too(int fifth, CancellationToken cancellation) =>
        SpoilAsync(file => Flip(file, (file.Length * fifth / 5) + Random.Shared.Next(Block)), $"about {fifth} fifths", cancellation);

    [TestCase(0)]
    [TestCase(4096)]
    [TestCase(-4096)]
    [TestCase(-1)]
    [CancelAfter(90_000)]
    public Task A_file_that_is_cut_off_is_reported_too(int length, CancellationToken cancellation) =>
        SpoilAsync(file => file.SetLength(length < 0 ? file.Length + length : length), $"cut off at {length}", cancellation);

    [Test]
    [CancelAfter(90_000)]
    public async Task The_snapshot_of_another_group_is_refused_and_nothing_is_changed(CancellationToken cancellation)
    {
        await using TestGroup other = await TestGroup.StartAsync(1, cancellation, new TestGroupOptions { Arguments = static _ => ["--snapshot-bytes", "20000"] });
        await using (ChatLogClient client = await other.ConnectAsync(cancellation))
        {
            while (!File.Exists(SnapshotOf(other.Replicas[0])))
                await client.SendAsync("lobby", "ann", new string('t', 1000), cancellation);
        }

        byte[] foreign = await File.ReadAllBytesAsync(SnapshotOf(other.Replicas[0]), cancellation);

        await RefuseAsync(_ => foreign, "PX1104", cancellation, Struck.DataDirectory, $"{other.Cluster}");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task The_snapshot_of_another_replica_of_the_group_is_refused_and_nothing_is_changed(CancellationToken cancellation)
    {
        ReplicaProcess other = Group.Replicas[(Struck.Index + 1) % 3];
        byte[] foreign = await File.ReadAllBytesAsync(SnapshotOf(other), cancellation);

        await RefuseAsync(_ => foreign, "PX1104", cancellation, Struck.DataDirectory, $"r{other.Index}");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_snapshot_of_a_later_format_is_refused_by_its_version_and_nothing_is_changed(CancellationToken cancellation)
    {
        int version = BinaryPrimitives.ReadInt32BigEndian((await File.ReadAllBytesAsync(SnapshotOf(Struck), cancellation)).AsSpan(VersionAt));

        await RefuseAsync(own => OfVersion(own, version + 1), "PX1103", cancellation, $"the snapshot has format {version + 1}", $"reads format {version}");
    }

    /// <summary>No log goes back to the first slot any more: a replica that loses its snapshot needs that of another one.</summary>
    private async Task<bool> IsSnapshotNeededAsync(CancellationToken cancellation)
    {
        StatusResult?[] all = await Task.WhenAll(Group.Replicas.Select(replica => replica.StatusAsync(cancellation)));
        return all.All(static status => status?.Base > Slot.Zero)
            && Group.Replicas.All(static replica => File.Exists(SnapshotOf(replica)))
            && !File.Exists(Path.Combine(Struck.DataDirectory, "log-0000000001"));
    }

    /// <summary>Has the follower start on a spoiled snapshot, and waits until it has all of it again, in memory and on its disk.</summary>
    private async Task SpoilAsync(Action<FileStream> spoil, string what, CancellationToken cancellation)
    {
        await Struck.KillAsync();
        await using (FileStream file = new(SnapshotOf(Struck), FileMode.Open))
            spoil(file);
        int told = Count(Rotten);
        int published = Count(Published);

        await StartAgainAsync(cancellation);

        Assert.That(Count(Rotten), Is.EqualTo(told + 1), what);
        await Eventually.HoldsAsync("it has a snapshot again", () => Count(Published) > published ? null : Struck.Log, cancellation);
    }

    /// <summary>Has the follower start on another snapshot, which it refuses, and then on its own again.</summary>
    private async Task RefuseAsync(Func<byte[], byte[]> other, string code, CancellationToken cancellation, params string[] words)
    {
        await Struck.KillAsync();
        byte[] own = await File.ReadAllBytesAsync(SnapshotOf(Struck), cancellation);
        await File.WriteAllBytesAsync(SnapshotOf(Struck), other(own), cancellation);
        string[] before = Contents();

        Group.Restart(Struck.Index);
        CommandResult result = await Struck.ExitAsync(cancellation);

        string[] after = Contents();
        await File.WriteAllBytesAsync(SnapshotOf(Struck), own, cancellation);
        await StartAgainAsync(cancellation);
        ErrorAssert.Failed(result, ExitCodes.Rejected, code, words);
        Assert.That(after, Is.EqualTo(before));
    }

    /// <summary>Starts the follower while the others go on; in the end all have the same, and nothing that was said is missing.</summary>
    private async Task StartAgainAsync(CancellationToken cancellation)
    {
        Group.Restart(Struck.Index);
        await Writer.SayAsync(1, cancellation);
        await Group.SettleAsync(cancellation);
        LogAudit.Check(await ExportedLog.OfRoomAsync(_reader!, Writer.Room, cancellation), Writer);
        Assert.That(Writer.Sent, Has.All.Property(nameof(SentMessage.Fate)).EqualTo(MessageFate.Committed));
    }

    /// <summary>Every file of the follower but the lock, in which each process notes its number.</summary>
    private string[] Contents() =>
    [
        .. Directory.EnumerateFiles(Struck.DataDirectory)
            .Where(static path => !Path.GetFileName(path).Equals("lock", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(static path => $"{Path.GetFileName(path)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}"),
    ];

    private int Count(string words) => Struck.Log.Split(words).Length - 1;

    private static string SnapshotOf(ReplicaProcess replica) => Path.Combine(replica.DataDirectory, "snapshot");

    private static void Flip(FileStream file, long place)
    {
        file.Position = place;
        int was = file.ReadByte();
        file.Position = place;
        file.WriteByte((byte)(was ^ 0x40));
    }

    /// <summary>A snapshot whose header names another version of the format, with the right checksum.</summary>
    private static byte[] OfVersion(byte[] snapshot, int version)
    {
        byte[] other = [.. snapshot];
        BinaryPrimitives.WriteInt32BigEndian(other.AsSpan(VersionAt), version);
        BinaryPrimitives.WriteUInt32BigEndian(other.AsSpan(ChecksumAt), Crc32C.Of(other.AsSpan(VersionAt, Block - VersionAt)));
        return other;
    }
}
