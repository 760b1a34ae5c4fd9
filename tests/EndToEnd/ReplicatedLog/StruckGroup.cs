using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.EndToEnd.ReplicatedLog;

/// <summary>
/// Three replicas whose state has several pieces and that take a snapshot every second or so, under load. Each looks in a directory of its own for the step before which it dies (<c>--crash-before</c>).
/// </summary>
internal sealed class StruckGroup : IAsyncDisposable
{
    private const int Killed = 128 + 9;
    private const int Keys = 900;
    private const int ValueBytes = 1000;
    private const string Steps = "snapshot-create,snapshot-open,snapshot-write,snapshot-sync,snapshot-rename,segment-rename,segment-delete,directory-sync,piece-ask,piece-send";

    private readonly TestFolder _arms = new();
    private readonly CancellationTokenSource _enough = new();
    private readonly byte[]?[] _values = new byte[]?[Keys];
    private TestGroup _group = null!;
    private TestClients _speakers = null!;
    private ChatLogClient _writer = null!;
    private Task _writing = Task.CompletedTask;
    private int _bursts;
    private int _strikes;

    /// <summary>Starts it, with a state of about a megabyte that is written again and again.</summary>
    public static async Task<StruckGroup> StartAsync(CancellationToken cancellation)
    {
        StruckGroup struck = new();
        try
        {
            struck._group = await TestGroup.StartAsync(3, cancellation, new TestGroupOptions { Arguments = struck.Arguments });
            struck._speakers = await TestClients.ConnectAsync(struck._group, 2, Eventually.Patience, cancellation);
            struck._writer = await struck._group.ConnectAsync(cancellation);
            struck._writing = struck.WriteAsync(cancellation);
            return struck;
        }
        catch
        {
            await struck.DisposeAsync();
            throw;
        }
    }

    /// <summary>A replica dies before a step, and comes back.</summary>
    /// <param name="step">The step, and how many such steps pass before.</param>
    /// <param name="victim">Its place.</param>
    /// <param name="cancellation">The time limit of the test.</param>
    public async Task StrikeAsync(string step, int victim, CancellationToken cancellation)
    {
        Arm(victim, step);
        await DiedAsync(victim, step, cancellation);
        await GoesOnAsync(cancellation);
        _group.Restart(victim);
        await GoesOnAsync(cancellation);
    }

    /// <summary>Kills a replica that does not lead, and waits until the others have in their logs nothing of what it lacks: only a snapshot can bring it.</summary>
    /// <returns>Its place.</returns>
    public async Task<int> LeaveBehindAsync(CancellationToken cancellation)
    {
        ReplicaProcess primary = await _group.PrimaryAsync(cancellation);
        int away = (primary.Index + 1 + (_strikes % 2)) % 3;
        await _group.Replicas[away].KillAsync();
        primary = await _group.PrimaryAsync(cancellation);
        Slot lacking = (await primary.StatusAsync(cancellation))!.Decided;
        await Eventually.HoldsAsync(
            "the logs of the others begin behind what it lacks",
            async () =>
            {
                StatusResult?[] others = await Task.WhenAll(_group.Replicas.Where(static replica => replica.IsUp).Select(replica => replica.StatusAsync(cancellation)));
                return others.All(other => other?.Base > lacking) ? null : string.Join(' ', others.Select(static other => other?.Base));
            },
            cancellation);
        return away;
    }

    /// <summary>A replica that was away comes back, dies before a step of taking the snapshot that it needs, and comes back once more, for good.</summary>
    public async Task StrikeReturningAsync(string step, int away, CancellationToken cancellation)
    {
        Arm(away, step);
        _group.Restart(away);
        await DiedAsync(away, step, cancellation);
        _group.Restart(away);
        await CaughtUpAsync(away, cancellation);
    }

    /// <summary>A replica that was away comes back, and whoever sends it the snapshot dies before a piece of it: one of the others, or one and then the other.</summary>
    public async Task StrikeSenderAsync(string step, int away, CancellationToken cancellation)
    {
        int[] others = [.. Enumerable.Range(0, 3).Where(other => other != away)];
        Array.ForEach(others, other => Arm(other, step));
        _group.Restart(away);
        await Eventually.HoldsAsync($"a sender dies before {step}", () => Array.Exists(others, other => !_group.Replicas[other].IsUp) ? null : "both run", cancellation);
        foreach (int other in others)
            Disarm(other);
        await Eventually.HoldsAsync(
            $"r{away} has caught up",
            async () =>
            {
                foreach (int died in others.Where(other => !_group.Replicas[other].IsUp))
                {
                    await DiedAsync(died, step, cancellation);
                    _group.Restart(died);
                }

                return await LagAsync(away, cancellation);
            },
            cancellation);
    }

    /// <summary>Ends the load, and looks at everything: what was said is there once and in order, each key has its last value, and all replicas have the same state.</summary>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        await _enough.CancelAsync();
        await _writing;
        await _group.SettleAsync(cancellation);
        await using ChatLogClient client = await _group.ConnectAsync(cancellation);
        LogAudit.Check(await ExportedLog.OfRoomAsync(client, _speakers.Writers.First().Room, cancellation), _speakers.Writers);
        Assert.That(_speakers.Writers.SelectMany(static speaker => speaker.Sent), Has.All.Property(nameof(SentMessage.Fate)).EqualTo(MessageFate.Committed));
        for (int key = 0; key < Keys; key++)
            Assert.That((await client.Keys.GetAsync(KeyOf(key), cancellation))?.ToArray(), Is.EqualTo(_values[key]), $"key {key}");
        await TestContext.Out.WriteLineAsync($"{_strikes} replicas were killed");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_speakers is not null)
            await _speakers.DisposeAsync();
        if (_writer is not null)
            await _writer.DisposeAsync();
        if (_group is not null)
            await _group.DisposeAsync();
        _enough.Dispose();
        _arms.Dispose();
    }

    private static byte[] KeyOf(int key) => BitConverter.GetBytes(key);

    private string[] Arguments(int replica) =>
        ["--snapshot-bytes", "400000", "--segment-bytes", "131072", "--crash-before", Steps, "--crash-dir", ArmsOf(replica)];

    private string ArmsOf(int replica) => Directory.CreateDirectory(_arms.File($"{replica}")).FullName;

    private void Arm(int replica, string step)
    {
        string[] parts = step.Split(' ');
        string arm = Path.Combine(ArmsOf(replica), parts[0]);
        string draft = _arms.File($"draft-{replica}");
        File.WriteAllText(draft, parts.Length > 1 ? parts[1] : "");
        File.Move(draft, arm); // With its number in it from the first moment.
    }

    private void Disarm(int replica)
    {
        foreach (string arm in Directory.EnumerateFiles(ArmsOf(replica)))
            File.Delete(arm);
    }

    private async Task DiedAsync(int replica, string step, CancellationToken cancellation)
    {
        await Eventually.HoldsAsync($"r{replica} dies before {step}", () => _group.Replicas[replica].IsUp ? "it runs" : null, cancellation);
        Assert.That((await _group.Replicas[replica].ExitAsync(cancellation)).Code, Is.EqualTo(Killed), step);
        _strikes++;
    }

    private Task CaughtUpAsync(int replica, CancellationToken cancellation) =>
        Eventually.HoldsAsync($"r{replica} has caught up", () => LagAsync(replica, cancellation), cancellation);

    /// <summary>Null when it has executed what somebody has decided.</summary>
    private async Task<string?> LagAsync(int replica, CancellationToken cancellation)
    {
        StatusResult?[] all = await Task.WhenAll(_group.Replicas.Select(one => one.IsUp ? one.StatusAsync(cancellation) : Task.FromResult<StatusResult?>(null)));
        Slot? logged = all.Where((_, index) => index != replica).Max(static status => status?.Base);
        return all[replica] is { } own && logged is { } needed && own.Executed > needed ? null : string.Join(' ', all.Select(static status => status?.Executed));
    }

    private async Task GoesOnAsync(CancellationToken cancellation)
    {
        int before = Volatile.Read(ref _bursts);
        await Eventually.HoldsAsync("the group goes on", () => Volatile.Read(ref _bursts) > before + 1 || _writing.IsFaulted ? null : "it does not", cancellation);
        if (_writing.IsFaulted)
            await _writing;
    }

    // Many values, so that there is much to snapshot again and again, and few messages, so that the room and with it each snapshot stay small.
    private async Task WriteAsync(CancellationToken cancellation)
    {
        Random random = new(1);
        while (!_enough.IsCancellationRequested)
        {
            int first = random.Next(Keys / 30) * 30;
            await Task.WhenAll(Enumerable.Range(first, 30).Select(key => PutAsync(key, random, cancellation)).Concat(_speakers.Writers.Select(speaker => speaker.SayAsync(3, cancellation))));
            Interlocked.Increment(ref _bursts);
        }
    }

    private Task PutAsync(int key, Random random, CancellationToken cancellation)
    {
        byte[] value = new byte[ValueBytes];
        random.NextBytes(value);
        _values[key] = value;
        return _writer.Keys.PutAsync(KeyOf(key), value, cancellation);
    }
}
