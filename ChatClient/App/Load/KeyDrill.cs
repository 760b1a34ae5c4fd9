using System.Diagnostics;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Client.Histories;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>
/// Kills, pauses and cuts off replicas in turn while several clients read and change the same few keys, and then looks for an order of all calls that explains every
/// answer: without one the keys were not linearizable.
/// </summary>
/// <param name="group">The group, started with <see cref="ReplicaArguments"/>.</param>
/// <param name="tell">Told of each step.</param>
internal sealed class KeyDrill(LocalGroup group, Action<string> tell)
{
    /// <summary>Its name.</summary>
    public const string Name = "keys";

    /// <summary>What its replicas have to be started with.</summary>
    public static readonly IReadOnlyList<string> ReplicaArguments = ["--cut-by-signal"];

    private const int Callers = 4;
    private const int Keys = 8;
    private const int AnswersBetween = 200;
    private const long SearchSteps = 20_000_000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _away = TimeSpan.FromSeconds(1);

    private readonly AcknowledgementTimes _times = new();

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
        string[] names = [.. Enumerable.Range(0, Keys).Select(static key => $"drill-{key}-{Guid.NewGuid():N}")];
        List<ChatLogClient> clients = [];
        using CancellationTokenSource stop = new();
        Task calling = Task.CompletedTask;
        try
        {
            for (int caller = 0; caller < Callers; caller++)
                clients.Add(await ChatLogClient.ConnectAsync(group.ClientOptions, cancellation));
            KeyCaller[] callers = [.. clients.Select((client, number) => new KeyCaller(client.Keys, number, names, _times))];
            calling = Task.WhenAll(callers.Select(caller => caller.CallUntilAsync(stop.Token)));
            LatencyHistogram outages = await StrikeAsync(count, cancellation);
            await stop.CancelAsync();
            await calling;
            using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            late.CancelAfter(_patience);
            return Judge(callers, count, outages, await group.HashesAgreeAsync(late.Token));
        }
        finally
        {
            await stop.CancelAsync();
            foreach (ChatLogClient client in clients)
                await client.DisposeAsync();
            await calling;
        }
    }

    private async Task<LatencyHistogram> StrikeAsync(int count, CancellationToken cancellation)
    {
        LatencyHistogram outages = new();
        await WaitForMoreAsync(cancellation);
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
                await WaitForMoreAsync(late.Token);
            }
            finally
            {
                await fault.Heal(primary, late.Token);
            }

            TimeSpan outage = _times.LongestGap(struck, Stopwatch.GetTimestamp());
            outages.Add(outage);
            tell($"{Name} {round} of {count}: the primary was {fault.What}, no answer for {outage.TotalMilliseconds:0} ms");
            await WaitForMoreAsync(late.Token);
        }

        return outages;
    }

    private async Task WaitForMoreAsync(CancellationToken cancellation)
    {
        int wanted = _times.Count + AnswersBetween;
        while (_times.Count < wanted)
            await Task.Delay(5, cancellation);
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

    private static KeyDrillResult Judge(IReadOnlyList<KeyCaller> callers, int faults, LatencyHistogram outages, bool hashesAgree)
    {
        ILookup<string, KeyOperation> byKey = callers.SelectMany(static caller => caller.Operations)
            .ToLookup(static call => call.Key, static call => call.Operation, StringComparer.Ordinal);
        WingGongChecker<KeyState, KeyOperation> checker = new(new KeyModel(), SearchSteps);
        string[] wrong =
        [
            .. byKey
                .Select(key => (key.Key, Verdict: checker.Check([.. key], static operation => (operation.Invoked, operation.Returned))))
                .Where(static key => key.Verdict.Outcome != HistoryOutcome.Linearizable)
                .Select(static key => $"{key.Key}: {key.Verdict.Reason}"),
        ];
        int unknown = byKey.Sum(static key => key.Count(static operation => operation.IsUnknown));
        return new KeyDrillResult(faults, byKey.Sum(static key => key.Count()), unknown, wrong, outages, hashesAgree);
    }

    private sealed record Fault(
        string What, Func<ReplicaRecord, CancellationToken, Task> Strike, Func<ReplicaRecord, CancellationToken, Task> Heal);
}

/// <summary>What a <see cref="KeyDrill"/> found.</summary>
/// <param name="Faults">How many faults there were.</param>
/// <param name="Calls">Calls of keys that were answered, or whose outcome is unknown.</param>
/// <param name="Unknown">Those whose outcome is unknown.</param>
/// <param name="Wrong">Each key whose history no order explains, with the reason.</param>
/// <param name="Outages">The longest time without an answer around each fault.</param>
/// <param name="HashesAgree">All replicas have the same state hash at the same executed slot, afterwards.</param>
internal sealed record KeyDrillResult(int Faults, int Calls, int Unknown, IReadOnlyList<string> Wrong, LatencyHistogram Outages, bool HashesAgree)
{
    /// <summary>Nothing is wrong.</summary>
    public bool IsClean => Wrong.Count == 0 && HashesAgree;
}
