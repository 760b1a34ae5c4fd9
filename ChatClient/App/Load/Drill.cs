using System.Diagnostics;
using PaxosShard.ChatClient.App.Groups;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>Runs one kind of fault again and again on a group under load.</summary>
/// <param name="group">The group, started.</param>
/// <param name="tell">Told of each step.</param>
internal sealed class Drill(LocalGroup group, Action<string> tell)
{
    private const int Senders = 2;
    private const int AcknowledgementsBetween = 200;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>Strikes and heals, under load, and audits the room.</summary>
    /// <param name="name">The drill's name.</param>
    /// <param name="count">How many times.</param>
    /// <param name="strike">The fault; the outage is measured from its beginning.</param>
    /// <param name="heal">What undoes it once the group serves again.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<DrillResult> RunAsync(
        string name, int count, Func<CancellationToken, Task> strike, Func<CancellationToken, Task> heal, CancellationToken cancellation)
    {
        await using DrillLoad load = await DrillLoad.StartAsync(group.ClientOptions, Senders, cancellation);
        await load.WaitForMoreAsync(AcknowledgementsBetween, cancellation);
        LatencyHistogram outages = new();
        for (int round = 1; round <= count; round++)
        {
            using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            late.CancelAfter(_patience);
            long struck = Stopwatch.GetTimestamp();
            await strike(late.Token);
            await load.WaitForMoreAsync(AcknowledgementsBetween, late.Token);
            TimeSpan outage = load.Times.LongestGap(struck, Stopwatch.GetTimestamp());
            outages.Add(outage);
            tell($"{name} {round} of {count}: no acknowledgement for {outage.TotalMilliseconds:0} ms");
            await heal(late.Token);
            await load.WaitForMoreAsync(AcknowledgementsBetween, late.Token);
        }
        Audit audit = await load.StopAndAuditAsync(cancellation);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(_patience);
        return new DrillResult(name, count, audit, outages, await group.HashesAgreeAsync(end.Token));
    }
}
