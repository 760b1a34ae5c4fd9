using PaxosShard.Master.Gateway.Lines;

namespace PaxosShard.Master.Gateway.Clients;

/// <summary>What carries requests out for one thread: the client library, or a stand-in for it in tests. It is of that thread alone.</summary>
internal interface IRequestClient : IDisposable
{
    /// <summary>Carries a request out and waits for its outcome.</summary>
    /// <param name="request">The request.</param>
    /// <param name="stopping">Calls it off.</param>
    GatewayAnswer Execute(GatewayRequest request, CancellationToken stopping);
}
