using PaxosShard.Master.Gateway.Lines;

namespace PaxosShard.Master.Gateway.Connections;

/// <summary>A line whose answer is not written yet. The bytes that it holds, or may come to hold, are counted until it is disposed of.</summary>
internal sealed class PendingAnswer : IDisposable
{
    private readonly ByteBudget? _budget;
    private long _counted;

    private PendingAnswer(GatewayAnswer answer) => Answer = Task.FromResult(answer);

    private PendingAnswer(GatewayRequest request, long counted, ByteBudget budget, Func<Task<GatewayAnswer>> run)
    {
        Request = request;
        _counted = counted;
        _budget = budget;
        Answer = RunAsync(run);
    }

    /// <summary>What was asked; null when the line was answered without asking anybody.</summary>
    public GatewayRequest? Request { get; }

    /// <summary>The answer; it never fails.</summary>
    public Task<GatewayAnswer> Answer { get; }

    /// <summary>A line that is answered already.</summary>
    public static PendingAnswer Of(GatewayAnswer answer) => new(answer);

    /// <summary>Begins a request, if there is space for its bytes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="bytes">Bytes of its line.</param>
    /// <param name="budget">Where they are counted.</param>
    /// <param name="run">Carries it out; never fails.</param>
    public static PendingAnswer Begin(GatewayRequest request, long bytes, ByteBudget budget, Func<Task<GatewayAnswer>> run)
    {
        long counted = bytes + request.LongestAnswer;
        return budget.TryTake(counted)
            ? new PendingAnswer(request, counted, budget, run)
            : Of(GatewayAnswer.Busy($"requests and answers hold as many bytes as they may, {budget.Limit}"));
    }

    /// <inheritdoc/>
    public void Dispose() => Count(0);

    private async Task<GatewayAnswer> RunAsync(Func<Task<GatewayAnswer>> run)
    {
        GatewayAnswer answer = await run();
        Count(answer.Bytes);
        return answer;
    }

    private void Count(long bytes) => _budget?.GiveBack(Interlocked.Exchange(ref _counted, bytes) - bytes);
}
