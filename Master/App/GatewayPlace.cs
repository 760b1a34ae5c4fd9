using System.CommandLine;
using PaxosShard.Master.Gateway;
using PaxosShard.Programs.Errors;
using PaxosShard.Replica.Hosting;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Wire;
using PaxosShard.Wire.Text;

namespace PaxosShard.Master.App;

/// <summary>The options that say where a master takes the requests of clients that know the masters alone, and the gateway that they describe.</summary>
internal sealed class GatewayPlace
{
    private readonly Option<string?> _gateway = new("--gateway") { Description = "Take requests of clients here, host:port, a line each (Wire/PROTOCOL.md); port 0 lets the system choose (default: nowhere)", HelpName = "HOST:PORT" };

    private readonly Option<int> _threads = new Option<int>("--gateway-threads")
    {
        Description = "Most requests of clients under way at once; one more is answered busy", HelpName = "N",
        DefaultValueFactory = static _ => GatewayOptions.DefaultThreads,
    }.Within(1, GatewayOptions.MostThreads);

    private readonly Option<string?> _readyFile = new("--gateway-ready-file") { Description = "Write the address of the gateway to this file once it takes requests", HelpName = "FILE" };

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_gateway);
        command.Options.Add(_threads);
        command.Options.Add(_readyFile);
    }

    /// <summary>Listens, before anything else is begun: whoever connects waits until the master runs.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>Null when there is to be no gateway.</returns>
    /// <exception cref="InvalidOptionsException">A word is no address, or others could call there without leave; or an option is out of its range.</exception>
    /// <exception cref="ReportedException">The address cannot be listened on.</exception>
    public async Task<Listener?> BindAsync(ParseResult parsed)
    {
        if (parsed.GetValue(_gateway) is not { } text)
            return parsed.GetValue(_readyFile) is null ? null : throw new InvalidOptionsException("--gateway-ready-file needs --gateway");
        NetworkAddress address = OptionRules.Read(_gateway, text, NetworkAddress.Parse);
        if (!address.IsLoopback && !parsed.GetValue<bool>("--insecure-network"))
            throw new InvalidOptionsException($"--gateway: {address} can be reached from other machines, and nothing is authenticated: allow it by --insecure-network");
        return await ListenPlace.BindAsync(address);
    }

    /// <summary>Takes requests for as long as a master runs.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="listener">Where it listens.</param>
    /// <param name="host">The master; its members are those that the gateway asks.</param>
    /// <param name="stopping">No more requests are taken.</param>
    public RequestGateway Start(ParseResult parsed, Listener listener, HostedReplica host, CancellationToken stopping)
    {
        GatewayOptions options = new() { Masters = host.Members.Addresses, Cluster = host.Cluster, Threads = parsed.GetValue(_threads) };
        RequestGateway gateway = RequestGateway.Start(options, listener.AcceptAsync, stopping);
        if (parsed.GetValue(_readyFile) is { } readyFile)
            ListenPlace.WriteAddress(readyFile, listener.EndPoint.ToString());
        return gateway;
    }
}
