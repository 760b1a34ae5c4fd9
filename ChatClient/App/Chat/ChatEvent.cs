using PaxosShard.ChatClient.App.Terminal;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>Something that happened; the one task that owns the screen takes them one after the other.</summary>
internal abstract record ChatEvent
{
    private ChatEvent()
    {
    }

    /// <summary>Keys were typed.</summary>
    public sealed record Typed(IReadOnlyList<Key> Keys) : ChatEvent;

    /// <summary>The input has ended.</summary>
    public sealed record InputEnded : ChatEvent;

    /// <summary>The size of the terminal may have changed. It only wakes the task, which looks at the size whenever it draws.</summary>
    public sealed record Resized : ChatEvent;

    /// <summary>The program is to be stopped until it is continued.</summary>
    public sealed record Suspended : ChatEvent;

    /// <summary>The program goes on.</summary>
    public sealed record Continued : ChatEvent;

    /// <summary>A room was entered: what it had said last.</summary>
    public sealed record Entered(int Visit, HistoryResult History) : ChatEvent;

    /// <summary>The room got a message.</summary>
    public sealed record Received(int Visit, RoomMessage Message) : ChatEvent;

    /// <summary>Messages of the room were trimmed before they came here: from one on, up to the first that is left.</summary>
    public sealed record Trimmed(int Visit, long Next, long FirstLeft) : ChatEvent;

    /// <summary>An own message is committed.</summary>
    public sealed record Committed(long Id, long Number) : ChatEvent;

    /// <summary>An own message failed.</summary>
    public sealed record Failed(long Id, string Reason, bool IsUnknown) : ChatEvent;

    /// <summary>The primary was lost, or is back.</summary>
    public sealed record Changed(ConnectionChange Change) : ChatEvent;

    /// <summary>An outage lasts too long to be kept silent: what is known of the group, null when nothing is.</summary>
    public sealed record Alarmed(int Outage, string? Known) : ChatEvent;

    /// <summary>Whoever started the group has ended it, and it does not come back.</summary>
    public sealed record GroupEnded(ReportedException Error) : ChatEvent;

    /// <summary>Something to tell the user.</summary>
    public sealed record Noted(IReadOnlyList<string> Lines) : ChatEvent;

    /// <summary>Messages that were asked for.</summary>
    public sealed record Recalled(string Room, IReadOnlyList<RoomMessage> Messages) : ChatEvent;
}
