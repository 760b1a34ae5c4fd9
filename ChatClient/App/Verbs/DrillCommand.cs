using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.ChatClient.App.Load;
using PaxosShard.ChatClient.App.Load.Keys;
using PaxosShard.ChatClient.App.Load.OrderedDrills;
using PaxosShard.ChatClient.App.Load.Resharding;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using static PaxosShard.ChatClient.App.Verbs.DrillText;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary><c>px drill</c>: faults on a group under load, and an audit of what became of every message.</summary>
internal static class DrillCommand
{
    private static readonly string[] _names = [.. Drills.Names, KeyDrill.Name, ClockDrill.Name, ReshardDrill.Name, OrderedDrill.Name];
    private static readonly string[] _needOwnGroup = [.. Drills.NeedOwnGroup, KeyDrill.Name, ClockDrill.Name, ReshardDrill.Name, OrderedDrill.Name];

    private const int DefaultFaults = 5;

    /// <summary>The verb.</summary>
    public static Command Create(Shell shell)
    {
        Argument<string> name = new("drill") { HelpName = "DRILL", Description = string.Join(", ", _names) };
        Option<int?> count = new("--count") { Description = "How many faults (default: 5)", HelpName = "N" };
        Option<string?> directory = new("--dir") { Description = "A group that was started with px up (default: one of its own, gone afterwards)", HelpName = "DIR" };
        Option<int?> replicas = new("--replicas") { Description = "Replicas of its own group (default: 3; 5 for kill-all-primaries)", HelpName = "N" };
        Option<int?> masters = new("--masters") { Description = "Masters of the drills reshard and ordered: 1 or 3 (default: 3)", HelpName = "N" };
        Option<bool> together = new("--together") { Description = "The shards of the drills reshard and ordered share processes, as with px up --together" };
        Option<double?> loss = new("--loss") { Description = "Probability for the drill loss (default: 0.01, 0.05, 0.1 and 0.2)", HelpName = "P" };
        Option<bool> json = new("--json") { Description = "As JSON, one object a line" };
        Command command = new(
            "drill",
            "Do harm to a group under load, and count what was lost, doubled or reordered, and for how long clients heard nothing. Ends with 9 when something was.\nExample: px drill kill-primary --count 10")
        {
            name, count, directory, replicas, masters, together, loss, json,
        };
        OrderedDrillOptions ordered = new();
        ordered.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            string drill = parsed.GetRequiredValue(name);
            if (!_names.Contains(drill, StringComparer.Ordinal))
                throw UsageError.Of(ErrorKinds.Usage, $"there is no drill '{drill}'; there are {string.Join(", ", _names)}", drill, _names, "px drill --help");
            int faults = parsed.GetValue(count) ?? DefaultFaults;
            if (faults < 1)
                throw new ReportedException(ErrorKinds.Usage, "--count is 1 or more");
            RequireLoss(drill, parsed.GetValue(loss));
            DrillGroups groups = new(shell, parsed.GetValue(directory), parsed.GetValue(replicas) ?? DefaultReplicas(drill));
            if (_needOwnGroup.Contains(drill, StringComparer.Ordinal) && parsed.GetValue(directory) is not null)
                throw new ReportedException(ErrorKinds.Usage, $"{drill} needs a group of its own: leave --dir out");
            SingleGroup.RequireAlone(parsed.GetValue(directory), $"px drill {drill}", isMade: false);
            bool needsCluster = drill is ReshardDrill.Name or OrderedDrill.Name;
            if (!needsCluster && (parsed.GetValue(masters) is not null || parsed.GetValue(together)))
                throw new ReportedException(ErrorKinds.Usage, $"{(parsed.GetValue(together) ? "--together" : "--masters")} is for {ReshardDrill.Name} and {OrderedDrill.Name}: {drill} is about one group");
            OrderedDrillPlan bursts = ordered.Read(parsed, drill is OrderedDrill.Name, parsed.GetValue(count), DefaultFaults);
            if (needsCluster)
            {
                ClusterPlan plan = new()
                {
                    Shards = bursts.Shards,
                    Masters = parsed.GetValue(masters) ?? 3,
                    IsTogether = parsed.GetValue(together),
                    Replicas = parsed.GetValue(replicas) ?? 3,
                    Timeout = TimeSpan.FromSeconds(60),
                };
                return await RunOnClusterAsync(shell, plan, drill, bursts, parsed.GetValue(json), cancellation);
            }

            await using (groups)
            {
                if (drill is KeyDrill.Name)
                    return await RunKeysAsync(shell, groups, faults, parsed.GetValue(json), cancellation);
                if (drill is ClockDrill.Name)
                    return await RunClocksAsync(shell, groups, faults, parsed.GetValue(json), cancellation);
                Drills drills = new(groups.StartAsync, faults, shell.Note);
                IReadOnlyList<DrillResult> results = await drills.RunAsync(drill, parsed.GetValue(loss), cancellation);
                Write(shell, results, parsed.GetValue(json));
                return results.All(result => result.IsClean) ? ExitCode.Ok : throw groups.Failed(results.Where(result => !result.IsClean).Select(result => result.Drill));
            }
        });
        return command;
    }

    private static void RequireLoss(string drill, double? loss)
    {
        if (loss is { } probability && probability is not (> 0 and <= 0.9))
            throw new ReportedException(ErrorKinds.Usage, "--loss is above 0 and at most 0.9");
        if (loss is not null && drill is not Drills.Loss)
            throw new ReportedException(ErrorKinds.Usage, $"--loss is for {Drills.Loss}: {drill} loses no frames on purpose");
    }

    private static async Task<int> RunKeysAsync(Shell shell, DrillGroups groups, int count, bool json, CancellationToken cancellation)
    {
        LocalGroup group = await groups.StartAsync(KeyDrill.ReplicaArguments, cancellation);
        KeyDrillResult result = await new KeyDrill(group, shell.Note).RunAsync(count, cancellation);
        KeyAudit keys = result.Keys;
        if (json)
        {
            shell.Data(AsJson(result));
        }
        else
        {
            Table table = new("DRILL", "FAULTS", "CALLS", "UNKNOWN", "LINEARIZABLE", "HASHES", "OUTAGE P50", "WORST");
            table.Add(
                KeyDrill.Name, Text(result.Faults), Text(keys.Calls), Text(keys.Unknown), keys.IsClean ? "yes" : "NO",
                result.HashesAgree ? "equal" : "DIFFER", $"{result.Outages.Quantile(0.5).TotalMilliseconds:0} ms", $"{result.Outages.Longest.TotalMilliseconds:0} ms");
            table.WriteTo(shell);
        }

        return result.IsClean ? ExitCode.Ok : throw groups.Failed([KeyDrill.Name, .. keys.Wrong]);
    }

    private static async Task<int> RunClocksAsync(Shell shell, DrillGroups groups, int count, bool json, CancellationToken cancellation)
    {
        LocalGroup group = await groups.StartAsync(ClockDrill.ReplicaArguments, cancellation);
        Task StartDownAsync(IReadOnlyList<string> words, CancellationToken token) =>
            new LocalGroup(shell, group.Files, new GroupPlan { ReplicaArguments = words }).StartAsync(token);
        ClockDrillResult result = await new ClockDrill(group, StartDownAsync, shell.Note).RunAsync(count, cancellation);
        ClockDrillReport.Write(shell, result, json);
        return result.IsClean ? ExitCode.Ok : throw groups.Failed([ClockDrill.Name, .. result.Keys.Wrong]);
    }

    private static async Task<int> RunOnClusterAsync(Shell shell, ClusterPlan plan, string drill, OrderedDrillPlan bursts, bool json, CancellationToken cancellation)
    {
        await using DrillCluster cluster = new(shell, plan);
        await cluster.StartAsync(cancellation);
        try
        {
            return drill is ReshardDrill.Name
                ? await RunReshardAsync(shell, cluster, bursts.Changes, json, cancellation)
                : await RunOrderedAsync(shell, cluster, bursts, json, cancellation);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw cluster.Failed([$"{drill}: a change, or the audit, did not end within {ReshardDrill.Patience.TotalSeconds:0} s"]);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            cluster.Keep();
            throw;
        }
    }

    private static async Task<int> RunReshardAsync(Shell shell, DrillCluster cluster, int count, bool json, CancellationToken cancellation)
    {
        ReshardDrillResult result = await new ReshardDrill(cluster, Random.Shared, shell.Note).RunAsync(count, cancellation);
        ReshardDrillReport.Write(shell, result, json);
        return result.IsClean ? ExitCode.Ok : throw cluster.Failed([ReshardDrill.Name, .. result.Keys.Wrong, .. result.Faults]);
    }

    private static async Task<int> RunOrderedAsync(Shell shell, DrillCluster cluster, OrderedDrillPlan plan, bool json, CancellationToken cancellation)
    {
        OrderedDrillResult result = await new OrderedDrill(cluster, plan, Random.Shared, shell.Note).RunAsync(cancellation);
        OrderedDrillReport.Write(shell, result, json);
        return result.IsClean ? ExitCode.Ok : throw cluster.Failed([OrderedDrill.Name, .. Found(result.Bursts), .. result.Faults]);
    }

    private static string[] Found(BurstAudit bursts) => [.. ((string?[])[bursts.Wrong, bursts.Undecided is { } why ? $"undecided: {why}" : null]).OfType<string>()];

    private static string AsJson(KeyDrillResult result) => Json.ObjectLine(writer =>
    {
        writer.WriteString("drill", KeyDrill.Name);
        writer.WriteNumber("faults", result.Faults);
        writer.WriteNumber("calls", result.Keys.Calls);
        writer.WriteNumber("unknown", result.Keys.Unknown);
        writer.WriteBoolean("linearizable", result.Keys.IsClean);
        writer.WriteBoolean("hashesAgree", result.HashesAgree);
        writer.WriteNumber("outageMedianMs", Math.Round(result.Outages.Quantile(0.5).TotalMilliseconds, 1));
        writer.WriteNumber("outageWorstMs", Math.Round(result.Outages.Longest.TotalMilliseconds, 1));
    });

    private static int DefaultReplicas(string drill) => drill is "kill-all-primaries" ? 5 : 3;

    private static void Write(Shell shell, IReadOnlyList<DrillResult> results, bool json)
    {
        if (json)
        {
            foreach (DrillResult result in results)
                shell.Data(AsJson(result));
            return;
        }
        Table table = new("DRILL", "FAULTS", "SENT", "ACKNOWLEDGED", "UNKNOWN", "LOST", "DOUBLED", "REORDERED", "DENIED", "HASHES", "OUTAGE P50", "WORST");
        foreach (DrillResult result in results)
        {
            Audit audit = result.Audit;
            table.Add(
                result.Drill, Text(result.Faults), Text(audit.Sent), Text(audit.Acknowledged), Text(audit.Unknown), Text(audit.Lost),
                Text(audit.Doubled), Text(audit.Reordered), Text(audit.Denied), result.HashesAgree ? "equal" : "DIFFER",
                Text(result.MedianOutage), Text(result.WorstOutage));
        }
        table.WriteTo(shell);
    }

    private static string AsJson(DrillResult result) => Json.ObjectLine(writer =>
    {
        writer.WriteString("drill", result.Drill);
        writer.WriteNumber("faults", result.Faults);
        writer.WriteNumber("sent", result.Audit.Sent);
        writer.WriteNumber("acknowledged", result.Audit.Acknowledged);
        writer.WriteNumber("unknown", result.Audit.Unknown);
        writer.WriteNumber("lost", result.Audit.Lost);
        writer.WriteNumber("doubled", result.Audit.Doubled);
        writer.WriteNumber("reordered", result.Audit.Reordered);
        writer.WriteNumber("denied", result.Audit.Denied);
        writer.WriteBoolean("hashesAgree", result.HashesAgree);
        writer.WriteNumber("outageMedianMs", Milliseconds(result.MedianOutage));
        writer.WriteNumber("outageWorstMs", Milliseconds(result.WorstOutage));
    });
}
