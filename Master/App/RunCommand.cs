using System.CommandLine;
using PaxosShard.Master.Core;
using PaxosShard.Replica.Hosting;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Master.App;

/// <summary><c>px master run</c>: one replica of the group that keeps the configurations, in the foreground, until it is told to stop.</summary>
internal static class RunCommand
{
    /// <summary>What the help of the program begins with.</summary>
    public const string AboutProgram = """
        Run one master of a cluster in the foreground. The masters keep the configurations, which say what shard serves what.
        Example: px master run --data m0 --self 0 --members 127.0.0.1:7000 --create
        """;

    private const string About = """
        Run one master in the foreground, until Ctrl-C or SIGTERM. There is one, or there are three, so that they survive the loss of one.
        Example: px master run --data m0 --self 0 --members 127.0.0.1:7000,127.0.0.1:7001,127.0.0.1:7002 --cluster 11111111-2222-3333-4444-555555555555 --create
        With --gateway it also takes requests for keys and rooms, a line each, so that nc is a client: printf 'me | G | colour\n' | nc -N 127.0.0.1 7100
        Example: px master run --data m0 --self 0 --members 127.0.0.1:7000 --gateway 127.0.0.1:7100 --create
        """;

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        RunOptions options = new();
        GatewayPlace gateway = new();
        Command command = new("run", About);
        options.AddTo(command);
        gateway.AddTo(command);
        options.AddDrillsTo(command);
        command.SetAction((parsed, _) => RunAsync(options, gateway, parsed));
        return command;
    }

    private static async Task<int> RunAsync(RunOptions options, GatewayPlace gateway, ParseResult parsed)
    {
        using Listener? listener = await gateway.BindAsync(parsed);
        return await ForegroundRun.RunAsync(options, parsed, () => new GroupRun
        {
            Groups = [new GroupSetup(GroupId.Masters, static () => new PlacementMachine())],
            Beside = (host, stopping) => MasterWork.Start(host, listener is null ? null : () => gateway.Start(parsed, listener, host, stopping), stopping),
        });
    }
}
