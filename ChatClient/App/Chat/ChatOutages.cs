using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>The outages while somebody chats: what is told of them, and whether the group is gone for good. Used by one task.</summary>
/// <param name="place">Where.</param>
/// <param name="view">What the user sees.</param>
/// <param name="work">What goes on beside.</param>
internal sealed class ChatOutages(ChatPlace place, ChatView view, ChatWork work) : IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly OutageNotices _notices = new();
    private readonly OutageLook _look = new(place.Client.Options, place.Directory);
    private readonly Dictionary<GroupId, CancellationTokenSource> _watches = [];
    private (string? Room, long Number) _lastShown;

    /// <summary>A primary was lost: when none is found for a while that is told, with what is known by then.</summary>
    public void OnLost(ConnectionChange change, RoomTalk talk)
    {
        _notices.Lost(change);
        _lastShown = (talk.IsEntered ? talk.Room : null, talk.LastShown);
        int outage = _notices.Outage;
        EndWatch(change.Group);
        CancellationTokenSource watch = CancellationTokenSource.CreateLinkedTokenSource(work.Stopping);
        _watches[change.Group] = watch;
        CancellationToken over = watch.Token;
        work.Start(_ => WatchAsync(change, outage, over));
    }

    /// <summary>It lasts.</summary>
    public void OnAlarm(ChatEvent.Alarmed alarmed)
    {
        if (_notices.Alarm(alarmed.Outage, alarmed.Known) is { } text)
            view.Note(text);
    }

    /// <summary>A group has a primary again.</summary>
    /// <param name="change">The end of the outage.</param>
    /// <param name="room">The room that is shown; null for none.</param>
    /// <returns>What was shown last when it was lost, if there is something to say of it: no room when another one is shown by now.</returns>
    public (string? Room, long Number)? OnBack(ConnectionChange change, string? room)
    {
        EndWatch(change.Group);
        if (!_notices.Back(change))
            return null;
        return string.Equals(_lastShown.Room, room, StringComparison.Ordinal) ? _lastShown : (null, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (GroupId group in _watches.Keys.ToArray())
            EndWatch(group);
    }

    private void EndWatch(GroupId group)
    {
        if (!_watches.Remove(group, out CancellationTokenSource? watch))
            return;
        watch.Cancel();
        watch.Dispose();
    }

    private async Task WatchAsync(ConnectionChange lost, int outage, CancellationToken over)
    {
        try
        {
            await EndIfGoneAsync();
            await Task.Delay(OutageNotices.Silence, over);
            await work.PutAsync(new ChatEvent.Alarmed(outage, await _look.DescribeAsync(lost, over)));
            while (true)
            {
                await EndIfGoneAsync();
                await Task.Delay(_pause, over);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // There is a primary again, or the chat ends.
        }
    }

    private async Task EndIfGoneAsync()
    {
        if (DemoEnd.Find(place.Directory) is { } ended)
            await work.PutAsync(new ChatEvent.GroupEnded(ended));
    }
}
