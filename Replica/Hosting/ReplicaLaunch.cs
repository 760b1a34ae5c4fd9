using PaxosShard.Programs.Errors;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Wire;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Hosting;

/// <summary>
/// Starts a replica. With a file for the member list it listens first and tells where, because the list can only be written
/// when all ports are known; else it tells once it really runs.
/// </summary>
/// <param name="readyFile">Receives the address; null for none.</param>
/// <param name="membersFile">Where the member list comes from; null when the options have it.</param>
internal sealed class ReplicaLaunch(string? readyFile, string? membersFile)
{
    /// <summary>Starts it.</summary>
    /// <exception cref="ReportedException">It cannot listen, or the member list does not come.</exception>
    /// <exception cref="InvalidOptionsException">The options break a rule.</exception>
    public async Task<ReplicaHost> StartAsync(LaunchOptions options, CancellationToken cancellationToken)
    {
        if (membersFile is null == options.Members is null)
            throw new InvalidOptionsException("the member list comes either by --members or by --members-file");
        if (options.Members is not null)
            return await StartAsync(options.WithMembers(options.Members));
        NetworkAddress listen = options.Listen
            ?? throw new InvalidOptionsException("with --members-file the place to listen is given by --listen");
        Listener listener = await ListenPlace.BindAsync(listen);
        try
        {
            Tell(listener);
            MemberList members = await MembersFile.WaitAsync(membersFile!, cancellationToken);
            return await ReplicaHost.StartAsync(options.WithMembers(members), listener);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private async Task<ReplicaHost> StartAsync(ReplicaNodeOptions options)
    {
        options.Validate();
        Listener listener = await ListenPlace.BindAsync(options.Listen ?? options.Members[options.Self]);
        ReplicaHost host = await ReplicaHost.StartAsync(options, listener);
        Tell(listener);
        return host;
    }

    private void Tell(Listener listener)
    {
        if (readyFile is not null)
            ListenPlace.WriteAddress(readyFile, listener.EndPoint.ToString());
    }
}
