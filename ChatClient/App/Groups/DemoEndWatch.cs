using PaxosShard.Client;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>
/// Calls the work of a verb off when the demo that it talks to is ended: nobody would answer any more. It looks as long as there is no connection: the demo may be ended then too. While somebody answers it does
/// not, because a group that others have started again may run where a demo was ended.
/// </summary>
internal sealed class DemoEndWatch : IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    private readonly string? _directory;
    private readonly CancellationTokenSource _ended;
    private readonly Timer _timer;
    private readonly ChatLogClient? _client;
    private ReportedException? _found;

    /// <summary>Is told by its owner when nobody answers.</summary>
    /// <param name="directory">The directory of the group; null when none is known.</param>
    /// <param name="cancellation">Calls the work off as well.</param>
    public DemoEndWatch(string? directory, CancellationToken cancellation)
    {
        _directory = directory;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _timer = new Timer(_ => Look());
    }

    /// <summary>Sees by itself when the connection is lost.</summary>
    /// <param name="client">The connection to the group.</param>
    /// <param name="directory">The directory of the group; null when none is known.</param>
    /// <param name="cancellation">Calls the work off as well.</param>
    public DemoEndWatch(ChatLogClient client, string? directory, CancellationToken cancellation)
        : this(directory, cancellation)
    {
        _client = client;
        client.ConnectionChanged += OnChange;
        if (client.PrimaryAddress is null) // Lost before anybody listened.
            OnLost();
    }

    /// <summary>Called off when the demo is ended.</summary>
    public CancellationToken Token => _ended.Token;

    /// <summary>That it was ended, and where; null as long as it was not.</summary>
    public ReportedException? Ended => Volatile.Read(ref _found);

    /// <summary>Nobody answers: it looks now, and every moment.</summary>
    public void OnLost()
    {
        Look();
        SetTimer(_pause);
    }

    /// <summary>Somebody answers again.</summary>
    public void OnBack() => SetTimer(Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_client is not null)
            _client.ConnectionChanged -= OnChange;
        _timer.Dispose();
        _ended.Dispose();
    }

    private void OnChange(object? sender, ConnectionChange change)
    {
        if (change.Kind == ConnectionChangeKind.Lost)
            OnLost();
        else
            OnBack();
    }

    private void SetTimer(TimeSpan pause)
    {
        try
        {
            _timer.Change(pause, pause);
        }
        catch (ObjectDisposedException)
        {
            // The work is done.
        }
    }

    // Whoever ends a demo says so before its processes end.
    private void Look()
    {
        if (DemoEnd.Find(_directory) is not { } ended || Interlocked.CompareExchange(ref _found, ended, null) is not null)
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
