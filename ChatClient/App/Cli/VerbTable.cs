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
        new("demo", "everything on this machine, and a prompt to chat", DemoCommand.Create),
        new("up", "start a group, or a cluster of shards, on this machine", UpCommand.Create),
        new("down", "end what px up has started; the data stays", DownCommand.Create),
        new("ps", "the processes of a group or cluster", PsCommand.Create),
        new("status", "is it well? The primary, and how far each replica is", StatusCommand.Create),
        new("logs", "what the replicas write about themselves", LogsCommand.Create),
        new("replica", "run one in the foreground; replace one that is lost", ReplaceCommand.CreateReplica),
        new("chat", "talk in a room, or send and print through a pipe", ChatCommand.Create),
        new("send", "send a message, or every line of standard input", SendCommand.Create),
        new("tail", "print the messages of a room, or follow it", TailCommand.Create),
        new("rooms", "the rooms, and how many messages each has had", RoomsCommand.Create),
        new("kv", "keys with values: get, put, delete, append, cas, list, batch", KvCommand.Create),
        new("ring", "which shard has which keys and rooms", RingCommand.Create),
        new("shard", "add and remove shards, move arcs; the jobs that do it", ShardCommand.Create),
        new("check", "whether a cluster is as it should be", CheckCommand.Create),
        new("log", "the replicated log of a stopped replica as text", LogCommand.Create),
        new("drill", "kill, pause and cut off replicas under load, and count what was lost", DrillCommand.Create),
        new("bench", "operations a second, and how soon they are answered", BenchCommand.Create),
        new("explain", "what an error code means", shell => ExplainCommand.Create("px", ErrorKinds.Usage, shell.Data)),
    ];

    // Under which heading a verb is the first one.
    private static readonly Dictionary<string, string> _headings = new(StringComparer.Ordinal)
    {
        ["demo"] = "Groups and clusters",
        ["chat"] = "Messages and keys",
        ["ring"] = "Shards",
        ["log"] = "To look closer",
    };

    /// <summary>Verbs of the programs of replicas and masters. The front door also hands <c>replica</c> to the former, except for <c>replica replace</c>.</summary>
    public static readonly IReadOnlyList<string> Elsewhere = ["master"];

    /// <summary>The overview.</summary>
    public static IEnumerable<string> Overview()
    {
        yield return "px: a replicated chat log, and keys with values. Example: px demo";
        foreach (Verb verb in All)
        {
            if (_headings.TryGetValue(verb.Name, out string? heading))
            {
                yield return "";
                yield return $"{heading}:";
            }

            yield return Line(verb.Name, verb.Purpose);
            if (verb.Name is "replica")
                yield return Line("master", "run one of the masters of a cluster in the foreground");
        }

        yield return "";
        yield return "px VERB --help, or px help VERB, says more; px explain CODE what an error means; px --version which px it is.";
        yield return "Where: --dir DIR or --endpoints A,B,C; else PX_ENDPOINTS; else the group that was started last.";
        yield return "Data goes to standard output, notes and errors to standard error; --json is for scripts.";
        yield return "Exit codes: 0 done, 2 usage, 3 not found, 4 rejected by a rule, 5 unavailable and certainly not applied, 6 outcome unknown,";
        yield return "8 only a part was done, 9 a check failed, 70 internal, 130 interrupted, 143 asked to end by SIGTERM.";
    }

    private static string Line(string verb, string purpose) => $"  px {verb,-9}{purpose}";

    /// <summary>One verb.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Purpose">What it is for, in a few words.</param>
    /// <param name="Create">Makes it.</param>
    public sealed record Verb(string Name, string Purpose, Func<Shell, Command> Create);
}
