using System.CommandLine;
using PaxosShard.ChatClient.App.Cli;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>The options of every verb that begins a job.</summary>
internal sealed class JobOptions
{
    private readonly Option<bool> _isDry = new("--dry-run") { Description = "Print the plan, and ask for nothing" };
    private readonly Option<bool> _isNotAwaited = new("--no-wait") { Description = "Return as soon as the job is taken; px shard jobs tells the rest" };
    private readonly Option<bool> _isBarrier = new("--barrier")
    {
        Description = "Stop the world, for teaching: until the job has ended, 5 s at most, the gateways of the masters hold back all requests, not only those for arcs that move; px and other clients of the library are not held back",
    };

    private readonly Option<bool> _json = new("--json") { Description = "What came of it as JSON; all else goes to standard error" };
    private readonly TargetOptions _target;

    /// <summary>Adds them to a verb, and those that say where the cluster is.</summary>
    public JobOptions(Command command)
    {
        command.Options.Add(_isDry);
        command.Options.Add(_isNotAwaited);
        command.Options.Add(_isBarrier);
        command.Options.Add(_json);
        _target = new TargetOptions(command);
    }

    /// <summary>Only the plan is wanted.</summary>
    public bool IsDry(ParseResult parsed) => parsed.GetValue(_isDry);

    /// <summary>How the masters are asked for the job.</summary>
    public JobCall Call(ParseResult parsed, ShardTarget target) => new(target, !parsed.GetValue(_isNotAwaited), parsed.GetValue(_isBarrier));

    /// <summary>The cluster.</summary>
    public ShardTarget Target(ParseResult parsed, Shell shell) => ShardTarget.Of(_target, parsed, shell, parsed.GetValue(_json));
}
