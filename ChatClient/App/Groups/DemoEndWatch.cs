using PaxosShard.Client;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>
/// Calls the work of a verb off as soon as the demo that it talks to is ended: nobody would answer any more. It looks when the connection is lost, and every moment besides: who is without a connection when
/// the demo is ended loses none.
/// </summary>
internal sealed class DemoEndWatch : IDisposable
{
    /// <summary>How often whoever is without a connection looks.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly ChatLogClient _client;
    private readonly string? _directory;
    private readonly CancellationTokenSource _ended;
    private readonly Timer? _timer;
    private ReportedException? _found;

    /// <summary>Watches until it is disposed.</summary>
    /// <param name="client">The connection to the group.</param>
    /// <param name="directory">The directory of the group; null when none is known.</param>
    /// <param name="cancellation">Calls the work off as well.</param>
    public DemoEndWatch(ChatLogClient client, string? directory, CancellationToken cancellation)
    {
        (_client, _directory) = (client, directory);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        client.ConnectionChanged += OnChange;
        if (directory is not null)
            _timer = new Timer(_ => Look(), null, Pause, Pause);
    }

    /// <summary>Called off when the demo is ended.</summary>
    public CancellationToken Token => _ended.Token;

    /// <summary>That it was ended, and where; null as long as it was not.</summary>
    public ReportedException? Ended => Volatile.Read(ref _found);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.ConnectionChanged -= OnChange;
        _timer?.Dispose();
        _ended.Dispose();
    }

    private void OnChange(object? sender, ConnectionChange change)
    {
        if (change.Kind == ConnectionChangeKind.Lost)
            Look();
    }

    // Whoever ends a demo says so before its processes end.
    private void Look()
    {
        if (Ended is not null || DemoEnd.Find(_directory) is not { } ended || Interlocked.CompareExchange(ref _found, ended, null) is not null)
            return;
        try
        {
            _ended.CancelAfter(TimeSpan.Zero); // The caller may be within a step of the client.
        }
        catch (ObjectDisposedException)
        {
            // The work is done.
        }
    }
}
