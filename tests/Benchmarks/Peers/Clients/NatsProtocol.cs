using System.Buffers.Text;
using System.Text;
using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Benchmarks.Peers.Clients;

/// <summary>Publishes messages to a stream of NATS JetStream, each of which the stream acknowledges to a subject that names connection and slot.</summary>
/// <param name="connection">The number of the connection.</param>
/// <param name="value">Each message.</param>
internal sealed class NatsProtocol(int connection, ReadOnlyMemory<byte> value) : ClientProtocol
{
    /// <summary>The subjects of the stream.</summary>
    public const string Subjects = "bench.*";

    /// <summary>What a client says first.</summary>
    public const string Connect = """CONNECT {"verbose":false,"pedantic":false,"lang":"none","version":"1","headers":true,"no_responders":true}""" + "\r\n";

    private readonly List<byte[]> _beforeValue = [];
    private bool _isIntroduced;

    /// <inheritdoc/>
    public override bool ReadGreeting(ReadOnlySpan<byte> received, SendBuffer output, out int taken)
    {
        taken = 0;
        while (received[taken..].IndexOf((byte)'\n') is >= 0 and var end)
        {
            ReadOnlySpan<byte> line = received.Slice(taken, end);
            taken += end + 1;
            if (!_isIntroduced)
            {
                output.Add(Encoding.ASCII.GetBytes($"{Connect}SUB acknowledged.{connection}.* 1\r\nPING\r\n"));
                _isIntroduced = true;
            }
            else if (line.StartsWith("PONG"u8))
            {
                return true;
            }
            else
            {
                ThrowOnError(line);
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override void WriteRequest(SendBuffer output, int slot)
    {
        while (_beforeValue.Count <= slot)
            _beforeValue.Add(Encoding.ASCII.GetBytes($"PUB bench.{connection} acknowledged.{connection}.{_beforeValue.Count} {value.Length}\r\n"));
        output.Add(_beforeValue[slot]);
        output.Add(value.Span);
        output.Add("\r\n"u8);
    }

    /// <inheritdoc/>
    public override int ReadReplies(ReadOnlySpan<byte> received, SendBuffer output, List<Reply> replies)
    {
        int taken = 0;
        while (received[taken..].IndexOf("\r\n"u8) is >= 0 and var end)
        {
            ReadOnlySpan<byte> line = received.Slice(taken, end);
            int behindLine = taken + end + 2;
            if (line.StartsWith("MSG "u8) || line.StartsWith("HMSG "u8))
            {
                int bytes = Number(line[(line.LastIndexOf((byte)' ') + 1)..]);
                if (received.Length < behindLine + bytes + 2)
                    break;
                ReadOnlySpan<byte> subject = line[(line.IndexOf((byte)' ') + 1)..];
                subject = subject[..subject.IndexOf((byte)' ')];
                replies.Add(new Reply(Number(subject[(subject.LastIndexOf((byte)'.') + 1)..]), IsAcknowledgement(received.Slice(behindLine, bytes))));
                taken = behindLine + bytes + 2;
                continue;
            }

            if (line.StartsWith("PING"u8))
                output.Add("PONG\r\n"u8);
            ThrowOnError(line);
            taken = behindLine;
        }

        return taken;
    }

    private static bool IsAcknowledgement(ReadOnlySpan<byte> answer) => answer.IndexOf("\"seq\":"u8) >= 0 && answer.IndexOf("\"error\":"u8) < 0;

    private static int Number(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out int number, out int length) && length == digits.Length ? number : throw new ServerException($"NATS says {Encoding.ASCII.GetString(digits)} where a number belongs");

    private static void ThrowOnError(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("-ERR"u8))
            throw new ServerException($"NATS says {Encoding.ASCII.GetString(line)}");
    }
}
