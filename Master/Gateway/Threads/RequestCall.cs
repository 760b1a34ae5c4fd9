using PaxosShard.Master.Gateway.Lines;

namespace PaxosShard.Master.Gateway.Threads;

/// <summary>A request that a thread carries out, and the answer for which somebody waits.</summary>
/// <param name="request">The request.</param>
internal sealed class RequestCall(GatewayRequest request)
{
    private readonly TaskCompletionSource<GatewayAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The request.</summary>
    public GatewayRequest Request => request;

    /// <summary>The answer; it never fails.</summary>
    public Task<GatewayAnswer> Answer => _answer.Task;

    /// <summary>Gives the answer.</summary>
    public void Complete(GatewayAnswer answer) => _answer.TrySetResult(answer);
}
