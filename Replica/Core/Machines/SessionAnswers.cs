using System.Buffers.Binary;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Machines;

/// <summary>What clients are told about their sessions.</summary>
internal static class SessionAnswers
{
    private const int NonceLength = 16;

    /// <summary>The nonce of an <see cref="OpenSessionCommand"/>; false when the bytes are not one.</summary>
    public static bool TryReadOpening(ReadOnlySpan<byte> command, out UInt128 nonce)
    {
        bool isOpening = command.Length == 1 + NonceLength && command[0] == (byte)CommandKind.OpenSession;
        nonce = isOpening ? BinaryPrimitives.ReadUInt128BigEndian(command[1..]) : UInt128.Zero;
        return isOpening;
    }

    /// <summary>The result of an opening: the same each time it is asked for.</summary>
    public static StoredResult Opened(Session session) => new(ReplyStatus.Ok, new OpenSessionResult(session.Id).Encode());

    /// <summary>The answer to a request that does not run, with its reason.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The verdict is none that refuses.</exception>
    public static StoredResult Refusal(SessionVerdict verdict) => verdict switch
    {
        SessionVerdict.DifferentCommand => new StoredResult(ReplyStatus.DifferentCommand, Reasons.DifferentCommand),
        SessionVerdict.Stale => new StoredResult(ReplyStatus.Stale, Reasons.Stale),
        SessionVerdict.OutOfOrder => new StoredResult(ReplyStatus.OutOfOrder, Reasons.OutOfOrder),
        SessionVerdict.WindowFull => new StoredResult(ReplyStatus.Busy, Reasons.WindowFull),
        SessionVerdict.Evicted => new StoredResult(ReplyStatus.OutcomeUnknown, Reasons.Evicted),
        SessionVerdict.NeverOpened => new StoredResult(ReplyStatus.Malformed, Reasons.NeverOpened),
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "a request that runs is not refused"),
    };
}
