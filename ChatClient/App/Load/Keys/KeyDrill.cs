using System.Diagnostics;
using PaxosShard.ChatClient.App.Groups;

namespace PaxosShard.ChatClient.App.Load.Keys;

/// <summary>
/// Kills, pauses and cuts off replicas in turn while several clients read and change the same few keys, which have to stay linearizable (see <see cref="KeyLoad"/>).
/// </summary>
/// <param name="group">The group, started with <see cref="ReplicaArguments"/>.</param>
/// <param name="tell">Told of each step.</param>
internal sealed class KeyDrill(LocalGroup group, Action<string> tell)
{
    /// <summary>Its name.</summary>
    public const string Name = "keys";

    /// <summary>What its replicas have to be started with.</summary>
    public static readonly IReadOnlyList<string> ReplicaArguments = ["--cut-by-signal"];

    private const int AnswersBetween = 200;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _away = TimeSpan.FromSeconds(1);

    private Fault[] Faults =>
    [
        new("killed", group.KillAsync, (_, token) => group.StartAsync(token)),
        new("paused", (replica, _) => AtOnceAsync(() => group.Pause(replica)), (replica, token) => AfterAWhileAsync(() => group.Continue(replica), token)),
        new("cut off", (replica, _) => AtOnceAsync(() => group.CutOff(replica)), (replica, token) => AfterAWhileAsync(() => group.LetBack(replica), token)),
    ];

    /// <summary>Strikes and heals under load, and judges the history.</summary>
    /// <param name="count">How many faults.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<KeyDrillResult> RunAsync(int count, CancellationToken cancellation)
    {
        await using KeyLoad load = await KeyLoad.StartAsync(group.ClientOptions, cancellation);
        LatencyHistogram outages = await StrikeAsync(load, count, cancellation);
        KeyAudit audit = await load.StopAndAuditAsync();
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(_patience);
        return new KeyDrillResult(count, audit, outages, await group.HashesAgreeAsync(late.Token));
    }

    private async Task<LatencyHistogram> StrikeAsync(KeyLoad load, int count, CancellationToken cancellation)
    {
        LatencyHistogram outages = new();
        await load.WaitForMoreAsync(AnswersBetween, cancellation);
        for (int round = 1; round <= count; round++)
        {
            using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            late.CancelAfter(_patience);
            ReplicaRecord primary = await group.PrimaryAsync(late.Token);
            Fault fault = Faults[(round - 1) % Faults.Length];
            long struck = Stopwatch.GetTimestamp();
            try
            {
                await fault.Strike(primary, late.Token);
                await load.WaitForMoreAsync(AnswersBetween, late.Token);
            }
            finally
            {
                await fault.Heal(primary, late.Token);
            }

            TimeSpan outage = load.Times.LongestGap(struck, Stopwatch.GetTimestamp());
            outages.Add(outage);
            tell($"{Name} {round} of {count}: the primary was {fault.What}, no answer for {outage.TotalMilliseconds:0} ms");
            await load.WaitForMoreAsync(AnswersBetween, late.Token);
        }

        return outages;
    }

    private static async Task AfterAWhileAsync(Action heal, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(_away, cancellation);
        }
        finally
        {
            heal();
        }
    }

    private static Task AtOnceAsync(Action strike)
    {
        strike();
        return Task.CompletedTask;
    }

    private sealed record Fault(
        string What, Func<ReplicaRecord, CancellationToken, Task> Strike, Func<ReplicaRecord, CancellationToken, Task> Heal);
}

/// <summary>What a <see cref="KeyDrill"/> found.</summary>
/// <param name="Faults">How many faults there were.</param>
/// <param name="Keys">What the callers were told, and whether it can be true.</param>
/// <param name="Outages">The longest time without an answer around each fault.</param>
/// <param name="HashesAgree">All replicas have the same state hash at the same executed slot, afterwards.</param>
internal sealed record KeyDrillResult(int Faults, KeyAudit Keys, LatencyHistogram Outages, bool HashesAgree)
{
    /// <summary>Nothing is wrong.</summary>
    public bool IsClean => Keys.IsClean && HashesAgree;
}
