using System.Threading.Channels;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>
/// What goes on beside the screen: tasks that end in events. At most <see cref="EventMax"/> events wait; who brings one more waits
/// for a place. All tasks have ended when this is disposed.
/// </summary>
internal sealed class ChatWork : IAsyncDisposable
{
    private const int EventMax = 1024;
    private const int TaskMax = 2 * OwnMessages.Capacity;

    private readonly Channel<ChatEvent> _events = Channel.CreateBounded<ChatEvent>(new BoundedChannelOptions(EventMax) { SingleReader = true });
    private readonly CancellationTokenSource _stop;
    private readonly HashSet<Task> _tasks = [];
    private readonly Lock _gate = new();

    /// <summary>No task yet.</summary>
    /// <param name="cancellation">Ends all of them.</param>
    public ChatWork(CancellationToken cancellation) => _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

    /// <summary>The events, for the one task that takes them.</summary>
    public ChannelReader<ChatEvent> Events => _events.Reader;

    /// <summary>Ends with this.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Starts a task. Its failure becomes a note.</summary>
    /// <param name="work">The task.</param>
    /// <param name="command">The command that it answers, which the note names; empty for none.</param>
    /// <returns>False when too many are under way.</returns>
    public bool Start(Func<CancellationToken, Task> work, string command = "")
    {
        lock (_gate)
        {
            _tasks.RemoveWhere(task => task.IsCompleted);
            if (_tasks.Count >= TaskMax)
                return false;
            _tasks.Add(Task.Run(() => RunAsync(work, command), CancellationToken.None));
            return true;
        }
    }

    /// <summary>Brings an event; waits while too many wait.</summary>
    public ValueTask PutAsync(ChatEvent happened) => _events.Writer.WriteAsync(happened, _stop.Token);

    /// <summary>Brings an event, if there is a place.</summary>
    public bool TryPut(ChatEvent happened) => _events.Writer.TryWrite(happened);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Task[] tasks;
        lock (_gate)
            tasks = [.. _tasks];
        await Task.WhenAll(tasks);
        _stop.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task> work, string command)
    {
        try
        {
            await work(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end.
        }
        catch (Exception exception)
        {
            ReportedException error = ErrorClassifier.Classify(exception);
            TryPut(new ChatEvent.Noted([$"{(command.Length > 0 ? $"{command}: " : "")}{error.Kind.Code}: {error.Kind.Title}: {error.Message}"]));
        }
    }
}
