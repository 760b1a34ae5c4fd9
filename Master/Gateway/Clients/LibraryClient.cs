using System.Globalization;
using System.Text;
using PaxosShard.Client;
using PaxosShard.Master.Gateway.Lines;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Master.Gateway.Clients;

/// <summary>
/// The client library, which knows the masters and finds the shard of each request. The sessions are those of its thread alone, so that no request holds up the session of another one
/// (rule 9). What a request that was given up may still do, it does at most once.
/// </summary>
/// <param name="options">Whom to ask, and the bounds.</param>
internal sealed class LibraryClient(ClientOptions options) : IRequestClient
{
    private readonly ChatLogClient _client = ChatLogClient.Start(options);

    // The thread is there to wait: it has no other work, and whoever finishes the task needs neither it nor a place in a pool that waiting threads could use up.
#pragma warning disable VSTHRD002
    /// <inheritdoc/>
    public GatewayAnswer Execute(GatewayRequest request, CancellationToken stopping) => ExecuteAsync(request, stopping).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Dispose() => _client.DisposeAsync().AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002

    private static KeyCommand CommandOf(GatewayRequest request) => request.Kind switch
    {
        RequestKind.Get => KeyCommand.Get(request.Name),
        RequestKind.Put => KeyCommand.Put(request.Name, request.Value),
        RequestKind.Delete => KeyCommand.Delete(request.Name),
        RequestKind.Append => KeyCommand.Append(request.Name, request.Value),
        RequestKind.CompareAndSet => KeyCommand.CompareAndSet(request.Name, request.Expected, request.Value),
        _ => throw new ArgumentOutOfRangeException(nameof(request), request.Kind, "it is not about a key"),
    };

    private static GatewayAnswer AnswerOf(RequestKind kind, in KeyResult result) => result.Outcome switch
    {
        KeyOutcome.Missing => GatewayAnswer.Missing,
        KeyOutcome.Mismatch => GatewayAnswer.Mismatch(result.Value),
        _ => kind == RequestKind.Get ? GatewayAnswer.Found(result.Value) : GatewayAnswer.Done,
    };

    private async Task<GatewayAnswer> ExecuteAsync(GatewayRequest request, CancellationToken stopping)
    {
        try
        {
            return request.Kind == RequestKind.Send
                ? await SendAsync(request, stopping)
                : AnswerOf(request.Kind, await _client.Keys.ExecuteAsync(CommandOf(request), stopping));
        }
        catch (RejectedException rejected)
        {
            return GatewayAnswer.Fail(rejected.Message);
        }
        catch (NotAppliedException failure)
        {
            return GatewayAnswer.NotApplied(failure.Message);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return GatewayAnswer.NotApplied("the gateway ends");
        }
        catch (OutcomeUnknownException)
        {
            return GatewayAnswer.Unknown;
        }
    }

    private async Task<GatewayAnswer> SendAsync(GatewayRequest request, CancellationToken stopping)
    {
        long number = await _client.SendAsync(TextOf(request.Name), TextOf(request.Client), TextOf(request.Value), stopping);
        return GatewayAnswer.Found(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
    }

    private static string TextOf(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
