using PaxosShard.Wire;

namespace PaxosShard.Client;

/// <summary>
/// One search for the primary: every address is asked on a connection of its own, again and again, until one of them leads. An
/// address that does not answer holds up no other.
/// </summary>
/// <param name="options">Time-outs and pauses.</param>
/// <param name="addresses">Whom to ask; what is answered is added, and asked too.</param>
/// <param name="cluster">The cluster meant; empty for any.</param>
/// <param name="atLeast">The lowest view of interest.</param>
/// <param name="isIdle">Nothing waits for the answer.</param>
internal sealed class PrimarySearch(
    ClientOptions options, AddressBook addresses, Guid cluster, Func<View> atLeast, Func<bool> isIdle)
{
    private const string PrimaryRole = "primary";

    private readonly Lock _gate = new();
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly List<Task> _tasks = [];
    private readonly TaskCompletionSource<ReplicaConnection> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isOver;

    /// <summary>Searches; called once.</summary>
    /// <exception cref="OperationCanceledException">The search was ended.</exception>
    public async Task<ReplicaConnection> RunAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        AskAll(over.Token);
        await Task.WhenAny(_found.Task, Task.Delay(Timeout.Infinite, over.Token));
        await over.CancelAsync();
        await Task.WhenAll(End());
        if (!_found.Task.IsCompletedSuccessfully)
            throw new OperationCanceledException(cancellation);
        ReplicaConnection found = await _found.Task;
        if (!cancellation.IsCancellationRequested)
            return found;
        await found.DisposeAsync();
        throw new OperationCanceledException(cancellation);
    }

    private void AskAll(CancellationToken over)
    {
        lock (_gate)
        {
            foreach (string address in addresses.All())
            {
                if (!_isOver && _asked.Add(address))
                    _tasks.Add(Task.Run(() => AskAsync(address, over), CancellationToken.None));
            }
        }
    }

    private Task[] End()
    {
        lock (_gate)
        {
            _isOver = true;
            return [.. _tasks];
        }
    }

    private async Task AskAsync(string address, CancellationToken over)
    {
        BackOff backOff = new(options.BackOffFirst);
        ReplicaConnection? connection = null;
        try
        {
            while (true)
            {
                connection = await AskOnceAsync(address, connection, over);
                if (connection is not null && _found.Task.IsCompleted)
                    return;
                TimeSpan longest = connection is null ? options.BackOffLast : options.AskPause;
                await Task.Delay(backOff.Next(isIdle() ? options.BackOffIdle : longest), over);
            }
        }
        catch (OperationCanceledException)
        {
            // The search is over.
        }
        finally
        {
            if (connection is not null && !(_found.Task.IsCompletedSuccessfully && await _found.Task == connection))
                await connection.DisposeAsync();
        }
    }

    /// <summary>Asks one address once.</summary>
    /// <returns>The connection for the next time; null when it broke.</returns>
    private async Task<ReplicaConnection?> AskOnceAsync(string address, ReplicaConnection? connection, CancellationToken over)
    {
        using RunningTimeout late = new(options.ProbeTimeout, options.Time, over);
        try
        {
            connection ??= await ReplicaConnection.OpenAsync(address, cluster, late.Token);
            StatusResult status = await connection.AskStatusAsync(options.Silence, late.Token);
            if (addresses.LearnAll(status.Addresses))
                AskAll(over);
            if (!IsUsable(status))
            {
                addresses.Failed(address, Describe(status));
            }
            else if (_found.TrySetResult(connection))
            {
                addresses.Succeeded(address);
            }
            return connection;
        }
        catch (Exception exception) when (exception is ConnectionFailedException or OperationCanceledException)
        {
            if (connection is not null)
                await connection.DisposeAsync();
            // Called off because another one leads says nothing about this address.
            over.ThrowIfCancellationRequested();
            addresses.Failed(address, exception is ConnectionFailedException ? exception.Message : "no answer in time");
            return null;
        }
    }

    private bool IsUsable(StatusResult status) =>
        status.Role.Equals(PrimaryRole, StringComparison.OrdinalIgnoreCase) && status.HearsQuorum && !status.IsStateInDoubt && status.View >= atLeast();

    private static string Describe(StatusResult status)
    {
        string quorum = !status.HearsQuorum ? ", hears no quorum"
            : status.IsStateInDoubt ? ", states differ and no quorum agrees"
            : "";
        string disk = status.IsDiskFull ? ", its disk is full" : "";
        return $"{status.Role.ToLowerInvariant()} in view {status.View.Number}{quorum}{disk}";
    }
}
