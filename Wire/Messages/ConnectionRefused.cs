using System.Text.Unicode;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>E, any → any: why the sender closes the connection; the last frame on it.</summary>
/// <param name="Code">Error code as in the documents, for example 1004 for PX1004; see <see cref="RefusalCode"/>.</param>
/// <param name="Reason">One readable sentence, at most <see cref="Limits.Reason"/> bytes of UTF-8; what is longer is cut when it is sent, because a refusal must never fail itself.</param>
/// <remarks>
/// Layout: code (4), reason (length in bytes (4), UTF-8). Refused: a negative code.
/// </remarks>
public sealed record ConnectionRefused(int Code, string Reason) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.ConnectionRefused;

    internal override int Size => sizeof(int) + sizeof(int) + ReasonInUtf8(stackalloc byte[Limits.Reason]);

    internal static ConnectionRefused Read(ref WireReader reader)
    {
        int code = reader.ReadInt32();
        if (code < 0)
            throw new WireFormatException($"a ConnectionRefused has the code {code}");
        return new ConnectionRefused(code, reader.ReadString(Limits.Reason));
    }

    internal override void Write(ref WireWriter writer)
    {
        Span<byte> reason = stackalloc byte[Limits.Reason];
        writer.WriteInt32(Code);
        writer.WriteBytes(reason[..ReasonInUtf8(reason)]);
    }

    private int ReasonInUtf8(Span<byte> destination)
    {
        // Stops before the first character that does not fit.
        Utf8.FromUtf16(Reason, destination, out _, out int length);
        return length;
    }
}
