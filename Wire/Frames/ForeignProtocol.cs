using System.Text;

namespace PaxosShard.Wire.Frames;

/// <summary>Tells which other protocol is spoken by mistake, so that the one line in the log names the mistake.</summary>
public static class ForeignProtocol
{
    private const int EnoughBytes = 4;

    /// <summary>The name of the protocol that begins with these bytes; null when it is not recognized. At most the first 4 bytes matter.</summary>
    public static string? Recognize(ReadOnlySpan<byte> firstBytes)
    {
        if (firstBytes.Length < 2)
            return null;
        if (firstBytes[0] == 0x16 && firstBytes[1] == 0x03)
            return "TLS";
        if (firstBytes[0] == (byte)'*' && char.IsAsciiDigit((char)firstBytes[1]))
            return "RESP (Redis)";
        if (firstBytes.Length < EnoughBytes)
            return null;
        return Encoding.ASCII.GetString(firstBytes[..EnoughBytes]) switch
        {
            "GET " or "HEAD" or "POST" or "PUT " or "DELE" or "OPTI" or "PATC" or "CONN" or "TRAC" or "PRI " or "HTTP" => "HTTP",
            "NICK" or "USER" or "PASS" or "CAP " or "JOIN" => "IRC",
            "SSH-" => "SSH",
            _ => null,
        };
    }
}
