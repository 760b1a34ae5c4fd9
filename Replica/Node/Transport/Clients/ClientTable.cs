using System.Collections.Concurrent;
using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Replica.Node.Transport.Clients;

/// <summary>The clients that are connected, by their numbers, which are never used twice. Any thread.</summary>
internal sealed class ClientTable
{
    private readonly ConcurrentDictionary<ClientHandle, ClientConnection> _clients = new();
    private long _last;

    /// <summary>A number for one more client.</summary>
    public ClientHandle NextHandle() => new(Interlocked.Increment(ref _last));

    /// <summary>Adds a client.</summary>
    public void Add(ClientConnection client) => _clients[client.Handle] = client;

    /// <summary>The client with this number; null when it is gone.</summary>
    public ClientConnection? Find(ClientHandle handle) => _clients.GetValueOrDefault(handle);

    /// <summary>A client is gone.</summary>
    public void Remove(ClientHandle handle) => _clients.TryRemove(handle, out _);
}
