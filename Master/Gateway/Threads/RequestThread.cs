using NLog;
using PaxosShard.Master.Gateway.Clients;
using PaxosShard.Master.Gateway.Lines;

namespace PaxosShard.Master.Gateway.Threads;

/// <summary>
/// A thread that carries out one request after the other, each from its beginning to its end, with a client of its own. It ends when it has waited long enough for the next one, or when
/// there is to be none.
/// </summary>
/// <param name="owner">Whose thread it is.</param>
/// <param name="number">Its number in debuggers and dumps.</param>
internal sealed class RequestThread(RequestThreads owner, int number) : IDisposable
{
    private static readonly Logger _log = LogManager.GetLogger(nameof(RequestThread));

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AutoResetEvent _wake = new(initialState: false);
    private RequestCall? _call;
    private IRequestClient? _client;

    /// <summary>Done when the thread has ended and is disposed of.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Starts it.</summary>
    /// <exception cref="OutOfMemoryException">The system gives no more threads.</exception>
    public void Start() => new Thread(Run) { Name = $"gateway request {number}", IsBackground = true }.Start();

    /// <summary>Gives it something to do, once it has nothing to do; null: it ends.</summary>
    public void Give(RequestCall? call)
    {
        _call = call;
        _wake.Set();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _wake.Dispose();
        _ended.TrySetResult();
    }

    private void Run()
    {
        bool goesOn = true;
        while (goesOn && Next() is { } call)
        {
            GatewayAnswer answer = Execute(call.Request);
            goesOn = owner.TryRest(this); // Before the answer: whoever has it finds a thread free.
            call.Complete(answer);
        }

        DisposeClient();
        owner.OnEnded(this);
    }

    private RequestCall? Next()
    {
        while (!_wake.WaitOne(owner.Idle))
        {
            if (owner.TryLeave(this))
                return null;
        }

        RequestCall? call = _call;
        _call = null; // A request may be large, and the next one may be long in coming.
        return call;
    }

    private GatewayAnswer Execute(GatewayRequest request)
    {
        owner.Load.Begin(request.Arc);
        try
        {
            _client ??= owner.MakeClient();
            return _client.Execute(request, owner.Stopping);
        }
        catch (Exception failure)
        {
            _log.Error(failure, "A request of the gateway ended without an outcome; its thread goes on with another client");
            DisposeClient();
            return GatewayAnswer.Unknown;
        }
        finally
        {
            owner.Load.End(request.Arc);
        }
    }

    private void DisposeClient()
    {
        try
        {
            _client?.Dispose();
        }
        catch (Exception failure)
        {
            _log.Error(failure, "A client of the gateway could not be closed");
        }

        _client = null;
    }
}
