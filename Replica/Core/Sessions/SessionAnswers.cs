using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>
/// What clients are told about their sessions. The reasons are readable texts in UTF-8; nobody writes to them, and replicas of one group have
/// the same.
/// </summary>
internal static class SessionAnswers
{
    private static readonly byte[] _noSession = "a change needs a session"u8.ToArray();
    private static readonly byte[] _stale = "the number is below the acknowledged mark"u8.ToArray();
    private static readonly byte[] _differentCommand = "the number was executed with other bytes"u8.ToArray();
    private static readonly byte[] _expired = "the request's expiry is over"u8.ToArray();
    private static readonly byte[] _tooFarAhead = "the request's expiry is more than 15 minutes ahead"u8.ToArray();
    private static readonly byte[] _outOfOrder = "the session's previous request on this arc was not executed before this one"u8.ToArray();
    private static readonly byte[] _windowFull = "the session has too many unacknowledged requests"u8.ToArray();
    private static readonly byte[] _tableFull = "the group keeps the results of too many requests; they expire"u8.ToArray();

    private static readonly byte[] _queueFull = "too many operations wait for their effect on this name or in this group"u8.ToArray();

    /// <summary>The texts of all reasons, in a fixed order: replicas compare them before they work together.</summary>
    public static IReadOnlyList<byte[]> Reasons { get; } =
        [_noSession, _stale, _differentCommand, _expired, _tooFarAhead, _outOfOrder, _windowFull, _tableFull, _queueFull];

    /// <summary>The answer to a change without a session.</summary>
    public static CommandResult NoSession => new(ReplyStatus.Malformed, _noSession);

    /// <summary>The answer to a request that does not run, with its reason.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The verdict is none that refuses.</exception>
    public static CommandResult Refusal(SessionVerdict verdict) => verdict switch
    {
        SessionVerdict.DifferentCommand => new CommandResult(ReplyStatus.DifferentCommand, _differentCommand),
        SessionVerdict.Stale => new CommandResult(ReplyStatus.Stale, _stale),
        SessionVerdict.Expired => new CommandResult(ReplyStatus.Expired, _expired),
        SessionVerdict.TooFarAhead => new CommandResult(ReplyStatus.Malformed, _tooFarAhead),
        SessionVerdict.OutOfOrder => new CommandResult(ReplyStatus.OutOfOrder, _outOfOrder),
        SessionVerdict.WindowFull => new CommandResult(ReplyStatus.Busy, _windowFull),
        SessionVerdict.TableFull => new CommandResult(ReplyStatus.Busy, _tableFull),
        SessionVerdict.QueueFull => new CommandResult(ReplyStatus.Busy, _queueFull),
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "a request that runs is not refused"),
    };
}
