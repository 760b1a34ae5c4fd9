using PaxosShard.Client;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>Calls the work of a verb off as soon as the demo that it talks to is ended: nobody would answer any more.</summary>
internal sealed class DemoEndWatch : IDisposable
{
    private readonly ChatLogClient _client;
    private readonly string? _directory;
    private readonly CancellationTokenSource _ended;

    /// <summary>Watches until it is disposed.</summary>
    /// <param name="client">The connection to the group.</param>
    /// <param name="directory">The directory of the group; null when none is known.</param>
    /// <param name="cancellation">Calls the work off as well.</param>
    public DemoEndWatch(ChatLogClient client, string? directory, CancellationToken cancellation)
    {
        (_client, _directory) = (client, directory);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        client.ConnectionChanged += OnChange;
    }

    /// <summary>Called off when the demo is ended.</summary>
    public CancellationToken Token => _ended.Token;

    /// <summary>That it was ended, and where; null as long as it was not.</summary>
    public ReportedException? Ended { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.ConnectionChanged -= OnChange;
        _ended.Dispose();
    }

    // Whoever ends a demo says so before its processes end.
    private void OnChange(object? sender, ConnectionChange change)
    {
        if (Ended is not null || change.Kind != ConnectionChangeKind.Lost || DemoEnd.Find(_directory) is not { } ended)
            return;
        Ended = ended;
        try
        {
            _ended.CancelAfter(TimeSpan.Zero); // The caller is within a step of the client.
        }
        catch (ObjectDisposedException)
        {
            // The work is done.
        }
    }
}
