using System.Collections.Concurrent;
using System.Text;
using PaxosShard.Master.Gateway.Clients;
using PaxosShard.Master.Gateway.Lines;

namespace PaxosShard.Tests.Unit.Gateway;

/// <summary>What the clients of a gateway under test meet: requests for names that begin with "slow" wait until they are let go, all others are answered at once, by the name.</summary>
internal sealed class ScriptedShards : IDisposable
{
    private readonly ManualResetEventSlim _letGo = new(initialState: false);
    private readonly ConcurrentQueue<string> _begun = new();
    private readonly ConcurrentDictionary<int, byte> _threads = new();
    private int _clients;
    private int _openClients;

    /// <summary>The names of all requests that were begun, in this order.</summary>
    public string[] Begun => [.. _begun];

    /// <summary>How many threads have carried requests out.</summary>
    public int Threads => _threads.Count;

    /// <summary>How many clients were made.</summary>
    public int Clients => Volatile.Read(ref _clients);

    /// <summary>How many clients are not disposed of.</summary>
    public int OpenClients => Volatile.Read(ref _openClients);

    /// <summary>Lets what is slow go on.</summary>
    public void LetGo() => _letGo.Set();

    /// <summary>Makes a client.</summary>
    public IRequestClient MakeClient()
    {
        Interlocked.Increment(ref _clients);
        Interlocked.Increment(ref _openClients);
        return new Client(this);
    }

    /// <inheritdoc/>
    public void Dispose() => _letGo.Dispose();

    private GatewayAnswer Execute(GatewayRequest request, CancellationToken stopping)
    {
        string name = Encoding.Latin1.GetString(request.Name.Span);
        _threads.TryAdd(Environment.CurrentManagedThreadId, 0);
        _begun.Enqueue(name);
        if (name.StartsWith("broken", StringComparison.Ordinal))
            throw new InvalidOperationException("as the test wants it");
        try
        {
            if (name.StartsWith("slow", StringComparison.Ordinal))
                _letGo.Wait(stopping);
        }
        catch (OperationCanceledException)
        {
            return GatewayAnswer.NotApplied("called off");
        }

        return GatewayAnswer.Found(request.Kind == RequestKind.Get ? request.Name : request.Value);
    }

    private sealed class Client(ScriptedShards shards) : IRequestClient
    {
        public GatewayAnswer Execute(GatewayRequest request, CancellationToken stopping) => shards.Execute(request, stopping);

        public void Dispose() => Interlocked.Decrement(ref shards._openClients);
    }
}
