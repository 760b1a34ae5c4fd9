using PaxosShard.Client.Core;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios;

/// <content>Who asks the group for something.</content>
public sealed partial class Scenario
{
    private readonly List<ScriptedClient> _clients = [];
    private readonly List<CoreClient> _coreClients = [];

    /// <summary>Another client, with a session of its own.</summary>
    /// <param name="isOrdered">It is an ordered session; then all that it makes is about one room or key, so that each request follows the one before.</param>
    public ScriptedClient NewClient(bool isOrdered = false)
    {
        ScriptedClient client = new(Cluster, _clients.Count, isOrdered);
        _clients.Add(client);
        return client;
    }

    /// <summary>Another client as the product has it; it looks for the primary from now on.</summary>
    /// <param name="options">Options of its core that differ from the usual ones.</param>
    public CoreClient NewCoreClient(Func<ClientCoreOptions, ClientCoreOptions>? options = null)
    {
        CoreClient client = new(Cluster, _coreClients.Count, options);
        _coreClients.Add(client);
        return client;
    }

    private void TakeReply(ClientHandle handle, ClientReply reply)
    {
        foreach (ScriptedClient client in _clients)
        {
            if (client.TryTake(handle, reply))
                return;
        }

        foreach (CoreClient client in _coreClients)
        {
            if (client.TryTake(handle, reply))
                return;
        }
    }
}
