using System.Buffers.Binary;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Sessions;

/// <summary>
/// What clients are told about their sessions. The reasons are readable texts in UTF-8; nobody writes to them, and replicas of one group have
/// the same.
/// </summary>
internal static class SessionAnswers
{
    private const int NonceLength = 16;
    private static readonly byte[] _neverOpened = "the session was never opened"u8.ToArray();
    private static readonly byte[] _evicted = "the session was evicted: what became of the request is unknown"u8.ToArray();
    private static readonly byte[] _stale = "the number is below the acknowledged mark"u8.ToArray();
    private static readonly byte[] _differentCommand = "the number was executed with other bytes"u8.ToArray();
    private static readonly byte[] _outOfOrder = "the session's previous request was not executed before this one"u8.ToArray();
    private static readonly byte[] _windowFull = "the session has too many unacknowledged requests"u8.ToArray();

    /// <summary>The texts of all reasons, in a fixed order: replicas compare them before they work together.</summary>
    public static IReadOnlyList<byte[]> Reasons { get; } = [_neverOpened, _evicted, _stale, _differentCommand, _outOfOrder, _windowFull];

    /// <summary>The opening is no whole one, and no other command runs without a session.</summary>
    public static CommandResult NoSession => new(ReplyStatus.Malformed, _neverOpened);

    /// <summary>The nonce of an <see cref="OpenSessionCommand"/>; false when the bytes are not one.</summary>
    public static bool TryReadOpening(ReadOnlySpan<byte> command, out UInt128 nonce)
    {
        bool isOpening = command.Length == 1 + NonceLength && command[0] == (byte)CommandKind.OpenSession;
        nonce = isOpening ? BinaryPrimitives.ReadUInt128BigEndian(command[1..]) : UInt128.Zero;
        return isOpening;
    }

    /// <summary>The result of an opening: the same each time it is asked for.</summary>
    public static CommandResult Opened(Session session) => new(ReplyStatus.Ok, new OpenSessionResult(session.Id).Encode());

    /// <summary>The answer to a request that does not run, with its reason.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The verdict is none that refuses.</exception>
    public static CommandResult Refusal(SessionVerdict verdict) => verdict switch
    {
        SessionVerdict.DifferentCommand => new CommandResult(ReplyStatus.DifferentCommand, _differentCommand),
        SessionVerdict.Stale => new CommandResult(ReplyStatus.Stale, _stale),
        SessionVerdict.OutOfOrder => new CommandResult(ReplyStatus.OutOfOrder, _outOfOrder),
        SessionVerdict.WindowFull => new CommandResult(ReplyStatus.Busy, _windowFull),
        SessionVerdict.Evicted => new CommandResult(ReplyStatus.OutcomeUnknown, _evicted),
        SessionVerdict.NeverOpened => new CommandResult(ReplyStatus.Malformed, _neverOpened),
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "a request that runs is not refused"),
    };
}
