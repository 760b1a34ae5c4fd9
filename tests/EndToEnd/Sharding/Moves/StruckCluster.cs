using System.Diagnostics;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.EndToEnd.Sharding.Moves;

/// <summary>
/// Three masters and two shards of three replicas under load. Arcs move between the shards, and whoever leads a group dies, by its own SIGKILL, when its log has executed a given command of that move and nobody knows of it yet.
/// </summary>
internal sealed class StruckCluster : IAsyncDisposable
{
    private const int Clients = 5;
    private const int Killed = 128 + 9;
    private const string Commands = "move-arcs,report-copied,advance-job,finish-moves,start-moves,import-piece,adopt-configuration,serve-arcs,drop-arcs";

    private readonly TestFolder _folder = new();
    private readonly List<ulong> _hashes = [];
    private TestCluster _cluster = null!;
    private MoveLoad _load = null!;

    /// <summary>Starts it; both shards serve, and all clients are at work.</summary>
    public static async Task<StruckCluster> StartAsync(CancellationToken cancellation)
    {
        StruckCluster struck = new();
        try
        {
            struck._cluster = await TestCluster.StartAsync(masters: 3, shards: 2, replicas: 3, cancellation, group => ["--crash-at", Commands, "--crash-dir", struck.ArmsOf(group)]);
            await struck._cluster.AddShardsAsync(cancellation);
            await struck._cluster.AdoptedAsync(1, cancellation);
            struck._load = await MoveLoad.StartAsync(struck._cluster, Clients, cancellation);
            return struck;
        }
        catch
        {
            await struck.DisposeAsync();
            throw;
        }
    }

    /// <summary>Moves about half of a shard's arcs to the other one, and has a replica die on the way; the move has to end by itself.</summary>
    /// <param name="from">Who gives arcs.</param>
    /// <param name="victim">The group that is struck.</param>
    /// <param name="command">At which command its primary dies.</param>
    /// <param name="isWhole">All other replicas of the group are killed too, and all of them started again. Otherwise nobody comes back before the move has ended.</param>
    /// <param name="cancellation">The time limit of the test.</param>
    public async Task MoveAndStrikeAsync(GroupId from, GroupId victim, string command, bool isWhole, CancellationToken cancellation)
    {
        Configuration before = await _cluster.ReadConfigurationAsync(ReadConfigurationQuery.Latest, cancellation);
        GroupId to = new(3 - from.Number);
        int[] arcs = ArcsToMove(before, from);
        TestGroup group = _cluster[victim];
        Directory.CreateDirectory(ArmsOf(victim));
        await File.WriteAllTextAsync(Path.Combine(ArmsOf(victim), command), "", cancellation);

        Task<JobResult> asked = _cluster.Placement.MoveArcsAsync(arcs, to, cancellation);
        int died = await DiedAsync(group, $"whoever leads {victim} dies at {command}", cancellation);
        if (isWhole)
        {
            await Task.WhenAll(group.Replicas.Where(static replica => replica.IsUp).Select(static replica => replica.KillAsync()));
            foreach (ReplicaProcess replica in group.Replicas)
                group.Restart(replica.Index);
        }

        Stopwatch since = Stopwatch.StartNew();
        await _cluster.DoneAsync(await asked, cancellation);
        await TestContext.Out.WriteLineAsync($"{(isWhole ? "all" : "the primary")} of {victim} killed at {command}: done {since.ElapsedMilliseconds} ms after {(isWhole ? "the restart" : "that")}");
        if (!isWhole)
            group.Restart(died);

        Configuration after = await _cluster.ReadConfigurationAsync(ReadConfigurationQuery.Latest, cancellation);
        Assert.That(after.Number, Is.EqualTo(before.Number + 1), $"{command}: one job, one configuration");
        for (int arc = 0; arc < Arc.Count; arc++)
            Assert.That(after.OwnerOf(new Arc(arc)), Is.EqualTo(arcs.Contains(arc) ? to : before.OwnerOf(new Arc(arc))), $"{command}: arc {arc}");
        _hashes.Add(after.Hash);
        await _load.GoesOnAsync(cancellation);
    }

    /// <summary>Ends the load, looks at everything, takes the first shard away, and looks again: nothing is left on it, and the other one has all.</summary>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        await _load.StopAndCheckAsync(cancellation);
        for (int index = 0; index < _hashes.Count; index++)
            Assert.That((await _cluster.ReadConfigurationAsync(2 + index, cancellation)).Hash, Is.EqualTo(_hashes[index]), $"configuration {2 + index} is what it was");
        long held = (await _cluster.HeldAsync(cancellation)).Sum();
        await _cluster.DoneAsync(await _cluster.Placement.RemoveShardAsync(new GroupId(1), cancellation), cancellation);

        Assert.That(await _cluster.HeldAsync(cancellation), Is.EqualTo(new[] { 0, held }), "nothing is left where nothing is served, and nothing was in two places before");
        foreach (ReplicaProcess replica in _cluster.Shards[0].Replicas)
            await replica.KillAsync();
        await using ChatLogClient client = await _cluster.Masters.ConnectAsync(cancellation);
        await _load.CheckAsync(client, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_load is not null)
            await _load.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Every second arc of a shard, and the first one that has a key of the load, so that there is something to copy.</summary>
    private int[] ArcsToMove(Configuration configuration, GroupId from)
    {
        Arc filled = Enumerable.Range(0, _load.Keys).Select(static key => Arc.Of(MoveLoad.Key(key))).First(arc => configuration.OwnerOf(arc) == from);
        return [.. configuration.ArcsOf(from).Where((arc, index) => index % 2 == 0 || arc == filled).Select(static arc => arc.Number)];
    }

    private static async Task<int> DiedAsync(TestGroup group, string what, CancellationToken cancellation)
    {
        ReplicaProcess? died = null;
        await Eventually.HoldsAsync(what, () => (died = group.Replicas.FirstOrDefault(static replica => !replica.IsUp)) is null ? "all of them run" : null, cancellation);
        Assert.That((await died!.ExitAsync(cancellation)).Code, Is.EqualTo(Killed), what);
        return died.Index;
    }

    private string ArmsOf(GroupId group) => _folder.File($"arms-{group.Number}");
}
