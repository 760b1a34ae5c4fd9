using System.Buffers.Binary;
using System.Text;
using PaxosShard.Benchmarks.Peers.Runs;
using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Benchmarks.Peers.Clients;

/// <summary>
/// setData and getData in the protocol of ZooKeeper, one session for each connection. Each record is preceded by its length; numbers have the most significant byte first. Requests have rising numbers: a
/// server takes two of the same number for one. Replies come in the order of the requests.
/// </summary>
/// <param name="operation">Which of them.</param>
/// <param name="value">What is set.</param>
/// <param name="keys">The keys, each a node below <see cref="Parent"/>.</param>
internal sealed class ZooKeeperProtocol(Operation operation, ReadOnlyMemory<byte> value, KeySequence keys) : ClientProtocol
{
    private const int Create = 1;
    private const int GetData = 4;
    private const int SetData = 5;
    private const int Ping = 11;
    private const int PingNumber = -2;
    private const int AnyVersion = -1;
    private const int AllPermissions = 31;
    private const int SessionMilliseconds = 30_000;
    private const int PasswordBytes = 16;
    private const int ReplyHeader = 4 + 8 + 4; // The number of the request, the transaction, the error.

    private readonly Queue<int> _slots = new();
    private int _lastRequest;

    /// <summary>The node that has the nodes of all keys.</summary>
    public static ReadOnlySpan<byte> Parent => "/bench"u8;

    private static ReadOnlySpan<byte> BeforeKey => "/bench/"u8;

    /// <inheritdoc/>
    public override void WriteGreeting(SendBuffer output)
    {
        output.AddBigEndian(4 + 8 + 4 + 8 + 4 + PasswordBytes);
        output.AddBigEndian(0); // The version of the protocol.
        output.AddBigEndian(0L); // No transaction was seen.
        output.AddBigEndian(SessionMilliseconds);
        output.AddBigEndian(0L); // A new session.
        AddBytes(output, stackalloc byte[PasswordBytes]);
    }

    /// <inheritdoc/>
    public override bool ReadGreeting(ReadOnlySpan<byte> received, SendBuffer output, out int taken)
    {
        taken = RecordLength(received);
        return taken > 0;
    }

    /// <inheritdoc/>
    /// <remarks>Version 3.8.0 leaves a committed write unanswered now and then, while nothing else is under way, until something else comes; other clients ping too, but only every few seconds.</remarks>
    public override void WriteSignOfLife(SendBuffer output)
    {
        output.AddBigEndian(4 + 4);
        output.AddBigEndian(PingNumber);
        output.AddBigEndian(Ping);
    }

    /// <inheritdoc/>
    public override void WriteRequest(SendBuffer output, int slot)
    {
        int path = BeforeKey.Length + KeySequence.KeyBytes;
        output.AddBigEndian(4 + 4 + 4 + path + (operation == Operation.Write ? 4 + value.Length + 4 : 1));
        AddNumber(output, slot);
        output.AddBigEndian(operation == Operation.Write ? SetData : GetData);
        output.AddBigEndian(path);
        output.Add(BeforeKey);
        output.Add(keys.Next());
        if (operation == Operation.Write)
        {
            AddBytes(output, value.Span);
            output.AddBigEndian(AnyVersion);
        }
        else
        {
            output.Add([0]); // No watch.
        }
    }

    /// <summary>Writes a request to make the node of all keys, or that of one key.</summary>
    /// <param name="output">Gets it.</param>
    /// <param name="slot">The slot of its answer.</param>
    /// <param name="key">The number of the key; null for the node of all.</param>
    public void WriteCreate(SendBuffer output, int slot, int? key)
    {
        ReadOnlySpan<byte> path = key is { } number ? Encoding.ASCII.GetBytes($"{Encoding.ASCII.GetString(BeforeKey)}{Encoding.ASCII.GetString(KeySequence.KeyOf(number))}") : Parent;
        ReadOnlySpan<byte> scheme = "world"u8;
        ReadOnlySpan<byte> identity = "anyone"u8;
        output.AddBigEndian(4 + 4 + 4 + path.Length + 4 + value.Length + 4 + 4 + 4 + scheme.Length + 4 + identity.Length + 4);
        AddNumber(output, slot);
        output.AddBigEndian(Create);
        AddBytes(output, path);
        AddBytes(output, value.Span);
        output.AddBigEndian(1); // Entries of the access list.
        output.AddBigEndian(AllPermissions);
        AddBytes(output, scheme);
        AddBytes(output, identity);
        output.AddBigEndian(0); // A node that stays.
    }

    /// <inheritdoc/>
    public override int ReadReplies(ReadOnlySpan<byte> received, SendBuffer output, List<Reply> replies)
    {
        int taken = 0;
        while (RecordLength(received[taken..]) is > 0 and var length)
        {
            ReadOnlySpan<byte> record = received.Slice(taken + 4, length - 4);
            if (record.Length < ReplyHeader)
                throw new ServerException($"ZooKeeper answers in {record.Length} bytes");
            taken += length;
            if (BinaryPrimitives.ReadInt32BigEndian(record) > 0) // Otherwise it is about the session.
                replies.Add(new Reply(_slots.Dequeue(), BinaryPrimitives.ReadInt32BigEndian(record[12..]) == 0));
        }

        return taken;
    }

    private void AddNumber(SendBuffer output, int slot)
    {
        _slots.Enqueue(slot);
        output.AddBigEndian(++_lastRequest);
    }

    private static void AddBytes(SendBuffer output, ReadOnlySpan<byte> bytes)
    {
        output.AddBigEndian(bytes.Length);
        output.Add(bytes);
    }

    private static int RecordLength(ReadOnlySpan<byte> received) =>
        received.Length >= 4 && received.Length >= 4 + BinaryPrimitives.ReadInt32BigEndian(received) ? 4 + BinaryPrimitives.ReadInt32BigEndian(received) : 0;
}
