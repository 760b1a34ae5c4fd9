using System.Globalization;
using PaxosShard.ChatClient.App.Groups;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>The kinds of drills, by name.</summary>
/// <param name="start">Starts a group with these further words on every replica's command line; null words: none.</param>
/// <param name="count">How many faults.</param>
/// <param name="tell">Told of each step.</param>
internal sealed class Drills(Func<IReadOnlyList<string>, CancellationToken, Task<LocalGroup>> start, int count, Action<string> tell)
{
    /// <summary>The drill whose frames get lost.</summary>
    public const string Loss = "loss";

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    /// <summary>The names.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["kill-primary", "kill-all-primaries", "pause-primary", "skip-slot", Loss, "restart-all"];

    /// <summary>Drills that need replicas started with a special option, and so a group of their own.</summary>
    public static readonly IReadOnlyList<string> NeedOwnGroup = ["skip-slot", Loss];

    /// <summary>Runs one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no drill of this name.</exception>
    public Task<IReadOnlyList<DrillResult>> RunAsync(string name, double? loss, CancellationToken cancellation) => name switch
    {
        "kill-primary" => KillPrimaryAsync(cancellation),
        "kill-all-primaries" => KillAllPrimariesAsync(cancellation),
        "pause-primary" => PausePrimaryAsync(cancellation),
        "skip-slot" => SkipSlotAsync(cancellation),
        Loss => LossAsync(loss, cancellation),
        "restart-all" => RestartAllAsync(cancellation),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "there is no such drill"),
    };

    private async Task<IReadOnlyList<DrillResult>> KillPrimaryAsync(CancellationToken cancellation)
    {
        LocalGroup group = await start([], cancellation);
        return
        [
            await new Drill(group, tell).RunAsync(
                "kill-primary",
                count,
                async token => await group.KillAsync(await group.PrimaryAsync(token), token),
                group.StartAsync,
                cancellation),
        ];
    }

    /// <summary>As many primaries as the group can bear, one after the other, before they come back.</summary>
    private async Task<IReadOnlyList<DrillResult>> KillAllPrimariesAsync(CancellationToken cancellation)
    {
        LocalGroup group = await start([], cancellation);
        int bearable = (group.State.Replicas.Count - 1) / 2;
        return
        [
            await new Drill(group, tell).RunAsync(
                "kill-all-primaries",
                count,
                async token =>
                {
                    for (int killed = 0; killed < bearable; killed++)
                        await group.KillAsync(await group.PrimaryAsync(token), token);
                },
                group.StartAsync,
                cancellation),
        ];
    }

    private async Task<IReadOnlyList<DrillResult>> PausePrimaryAsync(CancellationToken cancellation)
    {
        LocalGroup group = await start([], cancellation);
        ReplicaRecord? paused = null;
        try
        {
            return
            [
                await new Drill(group, tell).RunAsync(
                    "pause-primary",
                    count,
                    async token => group.Pause(paused = await group.PrimaryAsync(token)),
                    async token =>
                    {
                        await Task.Delay(_pause, token);
                        group.Continue(paused!);
                    },
                    cancellation),
            ];
        }
        finally
        {
            if (paused is not null)
                group.Continue(paused);
        }
    }

    private async Task<IReadOnlyList<DrillResult>> SkipSlotAsync(CancellationToken cancellation)
    {
        List<DrillResult> results = [];
        for (int round = 1; round <= count; round++)
        {
            long slot = 10 + (7 * round);
            LocalGroup group = await start(["--skip-slot", slot.ToString(CultureInfo.InvariantCulture)], cancellation);
            results.Add(await new Drill(group, tell).RunAsync($"skip-slot {slot}", 1, NothingAsync, NothingAsync, cancellation));
        }
        return results;
    }

    private async Task<IReadOnlyList<DrillResult>> LossAsync(double? loss, CancellationToken cancellation)
    {
        double[] probabilities = loss is { } given ? [given] : [0.01, 0.05, 0.1, 0.2];
        List<DrillResult> results = [];
        foreach (double probability in probabilities)
        {
            string text = probability.ToString(CultureInfo.InvariantCulture);
            LocalGroup group = await start(["--drop", text], cancellation);
            results.Add(await new Drill(group, tell).RunAsync($"loss {text}", count, NothingAsync, NothingAsync, cancellation));
        }
        return results;
    }

    private async Task<IReadOnlyList<DrillResult>> RestartAllAsync(CancellationToken cancellation)
    {
        LocalGroup group = await start([], cancellation);
        return
        [
            await new Drill(group, tell).RunAsync(
                "restart-all",
                count,
                async token =>
                {
                    await Task.WhenAll(group.State.Replicas.Select(replica => group.KillAsync(replica, token)));
                    await group.StartAsync(token);
                },
                NothingAsync,
                cancellation),
        ];
    }

    private static Task NothingAsync(CancellationToken cancellation) => Task.CompletedTask;
}
