using System.CommandLine;
using PaxosShard.ChatClient.App.Verbs;
using PaxosShard.ChatClient.App.Verbs.Keys;
using PaxosShard.ChatClient.App.Verbs.Shards;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>The verbs. Only the one that was asked for is ever built.</summary>
internal static class VerbTable
{
    /// <summary>Name, purpose and maker of each, in the order of the overview.</summary>
    public static readonly IReadOnlyList<Verb> All =
    [
        new("demo", "everything on this machine, and a prompt", DemoCommand.Create),
        new("up", "start a group, or shards, on this machine", UpCommand.Create),
        new("down", "end what up started", DownCommand.Create),
        new("ps", "the processes of a group or cluster", PsCommand.Create),
        new("log", "the executed log of a stopped replica as text", LogCommand.Create),
        new("logs", "what the replicas write to their program logs", LogsCommand.Create),
        new("status", "is it well? views, primary, slots", StatusCommand.Create),
        new("check", "whether a cluster is as it should be", CheckCommand.Create),
        new("ring", "which shard has which arcs", RingCommand.Create),
        new("shard", "add and remove shards, move arcs; jobs", ShardCommand.Create),
        new("chat", "talk in a room, or through a pipe", ChatCommand.Create),
        new("send", "send a message, or lines", SendCommand.Create),
        new("tail", "print or follow a room", TailCommand.Create),
        new("rooms", "the rooms and where they end", RoomsCommand.Create),
        new("kv", "keys with values: get, put, delete, append, cas, list", KvCommand.Create),
        new("drill", "faults under load, with an audit", DrillCommand.Create),
        new("bench", "messages a second, and how soon", BenchCommand.Create),
        new("replica", "run one in the foreground; replace one that is lost", ReplaceCommand.CreateReplica),
        new("explain", "what an error code means", shell => ExplainCommand.Create("px", ErrorKinds.Usage, shell.Data)),
    ];

    /// <summary>Verbs of the programs of replicas and masters. The front door also hands <c>replica</c> to the former, except for <c>replica replace</c>.</summary>
    public static readonly IReadOnlyList<string> Elsewhere = ["master"];

    /// <summary>The overview.</summary>
    public static IEnumerable<string> Overview()
    {
        yield return "px: a replicated chat log, and keys with values. Example: px demo";
        yield return "";
        foreach (Verb verb in All)
            yield return $"  px {verb.Name,-10}{verb.Purpose}";
        yield return $"  px {"master",-10}run: one of the masters of a cluster in the foreground";
        yield return "";
        yield return "px VERB --help says more. Data goes to standard output, notes to standard error.";
    }

    /// <summary>One verb.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Purpose">What it is for, in a few words.</param>
    /// <param name="Create">Makes it.</param>
    public sealed record Verb(string Name, string Purpose, Func<Shell, Command> Create);
}
