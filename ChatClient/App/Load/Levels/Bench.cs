using System.Diagnostics;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Load.Follows;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load.Levels;

/// <summary>
/// Keeps a fixed number of operations outstanding, or begins them at a fixed rate, and measures what is answered; each acknowledged change is on the disks of a quorum, and each read is linearizable. The warm-up
/// is not counted. Measures one level; where rooms are followed, all that is acknowledged is received by each follower before that ends.
/// </summary>
/// <param name="group">The group.</param>
/// <param name="plan">What is measured.</param>
/// <param name="follows">The rooms and their followers; null when nobody follows.</param>
internal sealed class Bench(LocalGroup group, BenchPlan plan, FollowLoad? follows)
{
    private readonly BenchCaller _caller = new(plan, follows);
    private long _calls;

    /// <summary>A fixed number of operations is under way: each one begins where another has ended.</summary>
    public Task<BenchResult> RunAsync(int outstanding, CancellationToken cancellation) => WithClientsAsync(
        Math.Min(plan.Connections, outstanding),
        async clients =>
        {
            LatencyWindow window = NewWindow();
            Task[] callers = [.. Enumerable.Range(0, outstanding).Select(caller => CallAsync(clients[caller % clients.Count], window, cancellation))];
            GroupUsage? usage = await MeasureAsync(Task.WhenAll(callers), cancellation);
            return new BenchResult(outstanding, Rate: null, window, usage);
        },
        cancellation);

    /// <summary>Operations begin at a fixed rate.</summary>
    public Task<BenchResult> RunAtAsync(double perSecond, CancellationToken cancellation) => WithClientsAsync(
        plan.Connections,
        async clients =>
        {
            LatencyWindow window = NewWindow();
            using FixedRate load = new(_caller, clients, window);
            GroupUsage? usage = await MeasureAsync(load.RunAsync(perSecond, cancellation), cancellation);
            return new BenchResult(Outstanding: null, perSecond, window, usage);
        },
        cancellation);

    private LatencyWindow NewWindow()
    {
        follows?.Deliveries.Begin(plan.WarmUp, plan.Length);
        return new LatencyWindow(plan.WarmUp, plan.Length);
    }

    private async Task<BenchResult> WithClientsAsync(int count, Func<List<ChatLogClient>, Task<BenchResult>> run, CancellationToken cancellation)
    {
        List<ChatLogClient> clients = [];
        try
        {
            for (int client = 0; client < count; client++)
                clients.Add(await ChatLogClient.ConnectAsync(group.ClientOptions, cancellation));
            await _caller.FillAsync(clients[0], cancellation);
            if (follows is not null)
                await follows.StartAsync(clients[0], cancellation);
            await _caller.CallAsync(clients[0], 0, cancellation);
            BenchResult result = await run(clients);
            return follows is null ? result : result with { Follows = await follows.EndAsync(cancellation) };
        }
        finally
        {
            foreach (ChatLogClient client in clients)
                await client.DisposeAsync();
        }
    }

    private async Task<GroupUsage?> MeasureAsync(Task load, CancellationToken cancellation)
    {
        await Task.WhenAny(load, Task.Delay(plan.WarmUp, cancellation));
        GroupUsage? before = await GroupUsage.LookAsync([group], cancellation);
        if (plan.KillsPrimary)
        {
            await Task.WhenAny(load, Task.Delay(plan.Length / 2, cancellation));
            await KillPrimaryAsync(load, cancellation);
            return null;
        }

        await Task.WhenAny(load, Task.Delay(plan.Length, cancellation));
        GroupUsage? after = await GroupUsage.LookAsync([group], cancellation);
        await load;
        return GroupUsage.Between(before, after);
    }

    private async Task KillPrimaryAsync(Task load, CancellationToken cancellation)
    {
        try
        {
            await group.KillAsync(await group.PrimaryAsync(cancellation), cancellation);
            await load;
        }
        finally
        {
            // The group may be somebody's own: it is whole again however the measurement has ended.
            await group.StartAsync(CancellationToken.None);
        }
    }

    private async Task CallAsync(ChatLogClient client, LatencyWindow window, CancellationToken cancellation)
    {
        while (!window.IsOver)
        {
            long begun = Stopwatch.GetTimestamp();
            await _caller.CallAsync(client, Interlocked.Increment(ref _calls), cancellation);
            window.Count(begun);
        }
    }
}
