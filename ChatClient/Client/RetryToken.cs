using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using PaxosShard.Client.Core;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Client;

/// <summary>
/// What a request of unknown outcome is known by in the log. Another client that sends the same request with it (<see cref="ClientOptions.Retry"/>) learns what
/// became of it, or makes it take effect: once in all, however many copies there are (rule 9).
/// </summary>
/// <param name="Session">The session of the client that sent it first.</param>
/// <param name="Sequence">Its number in that session.</param>
/// <param name="Expiry">Log time until which it may run, in milliseconds since 1970 UTC; above it, trying again tells nothing any more.</param>
public sealed record RetryToken(SessionId Session, SequenceNumber Sequence, long Expiry)
{
    private const string Version = "r1";
    private const int NameBytes = SessionId.Bytes + (2 * sizeof(long));
    private const int Bytes = NameBytes + sizeof(uint);

    private static readonly int _length = Version.Length + Base64Url.GetEncodedLength(Bytes);

    internal RequestName Name => new(Session, Sequence, Expiry);

    // Every request of which a copy was sent has such a name.
    internal bool IsOfRequest =>
        Session != SessionId.None && Sequence.Number is > 0 and <= Limits.HighestNumber && Expiry is > 0 and <= Limits.HighestTime;

    /// <summary>The token as one word, which may stand on any command line; a checksum in it finds what is mistyped.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Session.Number);
        BinaryPrimitives.WriteInt64BigEndian(bytes[SessionId.Bytes..], Sequence.Number);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(SessionId.Bytes + sizeof(long))..], Expiry);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[NameBytes..], Checksum(bytes[..NameBytes]));
        return Version + Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads the word that <see cref="ToString"/> writes.</summary>
    /// <param name="word">The word.</param>
    /// <param name="token">The token; null when the word is none.</param>
    /// <param name="reason">Why it is none, as a sentence; null when it is one.</param>
    public static bool TryParse(string word, [NotNullWhen(true)] out RetryToken? token, [NotNullWhen(false)] out string? reason)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        token = null;
        reason = !word.StartsWith(Version, StringComparison.Ordinal) ? $"'{word}' is no retry token: one begins with {Version}"
            : word.Length != _length ? $"'{word}' is no whole retry token: one has {_length} characters, and this has {word.Length}"
            : !TryDecode(word, bytes) ? $"'{word}' is a mistyped retry token: its checksum does not fit"
            : null;
        if (reason is not null)
            return false;
        RetryToken read = Read(bytes);
        if (!read.IsOfRequest)
        {
            reason = $"'{word}' is the retry token of no request";
            return false;
        }

        token = read;
        return true;
    }

    internal static RetryToken? Of(in RequestName name) =>
        new RetryToken(name.Session, name.Sequence, name.Expiry) is { IsOfRequest: true } token ? token : null;

    private static bool TryDecode(string word, Span<byte> bytes) =>
        Base64Url.DecodeFromChars(word.AsSpan(Version.Length), bytes, out _, out int written) == OperationStatus.Done
        && written == Bytes
        && BinaryPrimitives.ReadUInt32BigEndian(bytes[NameBytes..]) == Checksum(bytes[..NameBytes]);

    private static RetryToken Read(ReadOnlySpan<byte> bytes) => new(
        new SessionId(BinaryPrimitives.ReadUInt128BigEndian(bytes)),
        new SequenceNumber(BinaryPrimitives.ReadInt64BigEndian(bytes[SessionId.Bytes..])),
        BinaryPrimitives.ReadInt64BigEndian(bytes[(SessionId.Bytes + sizeof(long))..]));

    private static uint Checksum(ReadOnlySpan<byte> name) => Crc32C.Append(Crc32C.Of("r1"u8), name);
}
