using System.Diagnostics;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Load.Keys;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>
/// A group whose replicas have wall clocks that are wrong by a year: ahead, behind, or both by turns. Under a load of messages, keys and retries, primaries are killed and come back
/// with another wrong clock. Nothing may depend on the clocks but the dates that people are shown (rule 9).
/// </summary>
/// <param name="group">The group, started with <see cref="ReplicaArguments"/>.</param>
/// <param name="startDown">Starts what is down of it with these words on its command line.</param>
/// <param name="tell">Told of each step.</param>
internal sealed class ClockDrill(LocalGroup group, Func<IReadOnlyList<string>, CancellationToken, Task> startDown, Action<string> tell)
{
    /// <summary>Its name.</summary>
    public const string Name = "clocks";

    private const int Senders = 2;
    private const int AnswersBetween = 200;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _halfAYear = TimeSpan.FromDays(182);

    private static readonly Clock[] _clocks =
    [
        new("a year ahead", ["--clock-offset", "365d"]),
        new("a year behind", ["--clock-offset", "-365d"]),
        new("a year behind and a year ahead by turns", ["--clock-offset", "-365d", "--clock-jump", "730d"]),
    ];

    private readonly Dictionary<string, int> _clockOf = new(StringComparer.Ordinal);

    /// <summary>What its replicas have to be started with at first.</summary>
    public static IReadOnlyList<string> ReplicaArguments => _clocks[0].Arguments;

    /// <summary>Gives each replica its clock, kills and starts again under load, and audits what clients were told.</summary>
    /// <param name="count">How many primaries are killed.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<ClockDrillResult> RunAsync(int count, CancellationToken cancellation)
    {
        await SetClocksAsync(cancellation);

        // As patient as the drill itself, so that a request that ends without its answer was refused without need.
        ClientOptions options = group.ClientOptions with { RequestTimeout = _patience };
        await using DrillLoad messages = await DrillLoad.StartAsync(options, Senders, cancellation);
        await using KeyLoad keys = await KeyLoad.StartAsync(options, cancellation);
        await using RetryLoad retries = new(options);
        LatencyHistogram outages = await StrikeAsync(messages, keys, count, cancellation);
        RetryAudit retryAudit = await retries.StopAndAuditAsync(cancellation);
        KeyAudit keyAudit = await keys.StopAndAuditAsync();
        Audit audit = await messages.StopAndAuditAsync(cancellation);
        DrillRoom room = messages.Room!;
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(_patience);
        return new ClockDrillResult(count, audit, keyAudit, retryAudit, outages, await group.HashesAgreeAsync(late.Token))
        {
            Ahead = room.Messages.Count(message => message.Timestamp > now + _halfAYear.TotalMilliseconds),
            Behind = room.Messages.Count(message => message.Timestamp < now - _halfAYear.TotalMilliseconds),
        };
    }

    private async Task SetClocksAsync(CancellationToken cancellation)
    {
        for (int place = 0; place < group.State.Replicas.Count; place++)
        {
            ReplicaRecord replica = group.State.Replicas[place];
            if (place > 0)
            {
                await group.KillAsync(replica, cancellation);
                await StartAsync(replica, place, cancellation);
            }

            tell($"{Name}: the wall clock of {replica.Name} is {ClockOf(replica).What}");
        }
    }

    private async Task<LatencyHistogram> StrikeAsync(DrillLoad messages, KeyLoad keys, int count, CancellationToken cancellation)
    {
        LatencyHistogram outages = new();
        await GoOnAsync(messages, keys, cancellation);
        for (int round = 1; round <= count; round++)
        {
            using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            late.CancelAfter(_patience);
            ReplicaRecord primary = await group.PrimaryAsync(late.Token);
            long struck = Stopwatch.GetTimestamp();
            await group.KillAsync(primary, late.Token);
            await GoOnAsync(messages, keys, late.Token);
            TimeSpan outage = messages.Times.LongestGap(struck, Stopwatch.GetTimestamp());
            outages.Add(outage);
            await StartAsync(primary, _clockOf.GetValueOrDefault(primary.Name) + 1, late.Token);
            tell($"{Name} {round} of {count}: {primary.Name} led and was killed, no acknowledgement for {outage.TotalMilliseconds:0} ms; its wall clock is {ClockOf(primary).What} now");
            await GoOnAsync(messages, keys, late.Token);
        }

        return outages;
    }

    private Task StartAsync(ReplicaRecord replica, int clock, CancellationToken cancellation)
    {
        _clockOf[replica.Name] = clock % _clocks.Length;
        return startDown(ClockOf(replica).Arguments, cancellation);
    }

    private Clock ClockOf(ReplicaRecord replica) => _clocks[_clockOf.GetValueOrDefault(replica.Name)];

    private static Task GoOnAsync(DrillLoad messages, KeyLoad keys, CancellationToken cancellation) =>
        Task.WhenAll(messages.WaitForMoreAsync(AnswersBetween, cancellation), keys.WaitForMoreAsync(AnswersBetween, cancellation));

    private sealed record Clock(string What, IReadOnlyList<string> Arguments);
}

/// <summary>What a <see cref="ClockDrill"/> found.</summary>
/// <param name="Faults">How many primaries were killed.</param>
/// <param name="Messages">What the room of the senders held.</param>
/// <param name="Keys">What the callers of keys were told.</param>
/// <param name="Retries">What became of the messages that were tried again.</param>
/// <param name="Outages">The longest time without an acknowledgement around each kill.</param>
/// <param name="HashesAgree">All replicas have the same state hash at the same executed slot, afterwards.</param>
internal sealed record ClockDrillResult(int Faults, Audit Messages, KeyAudit Keys, RetryAudit Retries, LatencyHistogram Outages, bool HashesAgree)
{
    /// <summary>Messages of the senders that are dated more than half a year ahead: the clocks were wrong indeed.</summary>
    public required int Ahead { get; init; }

    /// <summary>Those that are dated more than half a year behind.</summary>
    public required int Behind { get; init; }

    /// <summary>Requests of all kinds that ended without their answer, although the group went on and their expiry was not over.</summary>
    public int Refused => Messages.Sent - Messages.Acknowledged + Keys.Unknown + Keys.NotApplied + Retries.Refused;

    /// <summary>Nothing is wrong.</summary>
    public bool IsClean => Messages.IsClean && Keys.IsClean && Retries.IsClean && Refused == 0 && HashesAgree;
}
