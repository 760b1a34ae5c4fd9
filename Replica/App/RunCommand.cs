using System.CommandLine;
using PaxosShard.Replica.Hosting;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Replica.Node;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.App;

/// <summary><c>px replica run</c>: one replica in the foreground, until it is told to stop.</summary>
internal sealed class RunCommand
{
    /// <summary>What the help of the program begins with.</summary>
    public const string AboutProgram = """
        Run one replica of a group in the foreground, or replace one that is lost for good.
        Example: px replica run --data r0 --self 0 --members 127.0.0.1:7000 --create
        Example: px replica replace 2 --dir /tmp/chat
        """;

    private const string About = """
        Run one replica in the foreground, until Ctrl-C or SIGTERM. Without --log it says on standard error what it does.
        Example: px replica run --data r0 --self 0 --members 127.0.0.1:7000,127.0.0.1:7001,127.0.0.1:7002 --create
        With --masters it is a replica of a shard: its group serves the arcs that the masters give it, once they have, and nothing before.
        Example: px replica run --data s1 --self 0 --members 127.0.0.1:7001 --group 1 --masters 127.0.0.1:7000 --cluster 11111111-2222-3333-4444-555555555555 --create
        With --group 1,2,3 it runs a replica of each of these groups, which have the same members: they share the process, its log and its syncs.
        """;

    private readonly RunOptions _run = new();
    private readonly ShardOptions _shard = new();
    private readonly MachineOptions _machine = new();

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        RunCommand run = new();
        Command command = new("run", About);
        run._run.AddTo(command);
        run._shard.AddTo(command);
        run._machine.AddTo(command);
        run._run.AddDrillsTo(command);
        command.SetAction((parsed, _) => ForegroundRun.RunAsync(run._run, parsed, () => run.GroupOf(parsed)));
        return command;
    }

    private static GroupSetup SetupOf(GroupId group, Func<Action<SentMessage>?, ShardMachine> machine) => new(group, () => machine(null));

    private GroupRun GroupOf(ParseResult parsed)
    {
        ShardPlace place = _shard.Of(parsed, _run);
        return new GroupRun
        {
            Groups = [.. place.Groups.Select(group => SetupOf(group, _machine.Of(parsed, place.ShardOf(group))))],
            Beside = place.IsShard ? place.Follow : null,
        };
    }
}
