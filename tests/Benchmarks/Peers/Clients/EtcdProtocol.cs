using System.Buffers.Binary;
using System.Text;
using PaxosShard.Benchmarks.Peers.Runs;
using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Benchmarks.Peers.Clients;

/// <summary>
/// Put and Range (linearizable, as is the default) of etcd: calls of gRPC, each on a stream of its own of one HTTP/2 connection. The frames are written by hand, because a client library takes as much of
/// the processors as the servers do.
/// </summary>
/// <param name="operation">Which of them.</param>
/// <param name="value">What is put.</param>
/// <param name="keys">The keys.</param>
/// <param name="authority">Host and port of the server.</param>
internal sealed class EtcdProtocol(Operation operation, ReadOnlyMemory<byte> value, KeySequence keys, string authority) : ClientProtocol
{
    private const int CallHeader = 5; // Not compressed (1), length of the message (4).
    private const byte KeyField = (1 << 3) | 2;
    private const byte ValueField = (2 << 3) | 2;
    private const int InitialWindow = 65_535;
    private const int ReceiveWindow = 1 << 30;
    private const short InitialWindowSetting = 4;

    private readonly byte[] _firstHeaders = CallHeaders.First(operation == Operation.Write ? "/etcdserverpb.KV/Put" : "/etcdserverpb.KV/Range", authority);
    private readonly byte[] _behindKey = operation == Operation.Write ? [ValueField, .. VariableLength(value.Length), .. value.Span] : [];
    private readonly Dictionary<int, int> _slots = [];
    private readonly HashSet<int> _answered = [];
    private readonly Queue<int> _waitingForWindow = new();
    private int _nextStream = 1;
    private long _sendWindow = InitialWindow;
    private int _received;

    /// <inheritdoc/>
    public override void WriteGreeting(SendBuffer output)
    {
        output.Add("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        Span<byte> setting = stackalloc byte[6];
        BinaryPrimitives.WriteInt16BigEndian(setting, InitialWindowSetting);
        BinaryPrimitives.WriteInt32BigEndian(setting[2..], ReceiveWindow);
        HttpFrame.Add(output, HttpFrame.Settings, flags: 0, stream: 0, setting);
        WidenReceiveWindow(output, ReceiveWindow - InitialWindow);
    }

    /// <inheritdoc/>
    public override bool ReadGreeting(ReadOnlySpan<byte> received, SendBuffer output, out int taken)
    {
        taken = 0; // The settings of the server are read with what follows them.
        return HttpFrame.TryRead(received, out _, out _);
    }

    /// <inheritdoc/>
    public override void WriteRequest(SendBuffer output, int slot)
    {
        int message = 2 + KeySequence.KeyBytes + _behindKey.Length;
        if (_sendWindow < CallHeader + message)
        {
            _waitingForWindow.Enqueue(slot);
            return;
        }

        _sendWindow -= CallHeader + message;
        _slots.Add(_nextStream, slot);
        HttpFrame.Add(output, HttpFrame.Headers, HttpFrame.EndsHeaders, _nextStream, _nextStream == 1 ? _firstHeaders : CallHeaders.Later);
        HttpFrame.AddHeader(output, HttpFrame.Data, HttpFrame.EndsStream, _nextStream, CallHeader + message);
        output.Add([0]);
        output.AddBigEndian(message);
        output.Add([KeyField, KeySequence.KeyBytes]);
        output.Add(keys.Next());
        output.Add(_behindKey);
        _nextStream += 2;
    }

    /// <inheritdoc/>
    public override int ReadReplies(ReadOnlySpan<byte> received, SendBuffer output, List<Reply> replies)
    {
        int taken = 0;
        while (HttpFrame.TryRead(received[taken..], out HttpFrame frame, out ReadOnlySpan<byte> payload))
        {
            taken += HttpFrame.Header + frame.Length;
            if (frame.Kind is HttpFrame.Data or HttpFrame.Headers or HttpFrame.ResetStream)
                ReadCall(frame, replies);
            else
                ReadConnection(frame, payload, output);
        }

        if (_received > ReceiveWindow / 2)
        {
            WidenReceiveWindow(output, _received);
            _received = 0;
        }

        return taken;
    }

    private static byte[] VariableLength(int length)
    {
        List<byte> bytes = [];
        for (; length > 0x7f; length >>= 7)
            bytes.Add((byte)(length | 0x80));
        return [.. bytes, (byte)length];
    }

    private static void WidenReceiveWindow(SendBuffer output, int bytes)
    {
        HttpFrame.AddHeader(output, HttpFrame.WindowUpdate, flags: 0, stream: 0, sizeof(int));
        output.AddBigEndian(bytes);
    }

    /// <summary>A call that has failed has no message, only headers: its answer needs no closer look.</summary>
    private void ReadCall(HttpFrame frame, List<Reply> replies)
    {
        if (frame.Kind == HttpFrame.Data)
        {
            _received += frame.Length;
            if (frame.Length > CallHeader)
                _answered.Add(frame.Stream);
        }

        bool isOver = frame.Kind == HttpFrame.ResetStream || (frame.Flags & HttpFrame.EndsStream) != 0;
        if (isOver && _slots.Remove(frame.Stream, out int slot))
            replies.Add(new Reply(slot, _answered.Remove(frame.Stream)));
    }

    private void ReadConnection(HttpFrame frame, ReadOnlySpan<byte> payload, SendBuffer output)
    {
        switch (frame.Kind)
        {
            case HttpFrame.Settings or HttpFrame.Ping when (frame.Flags & HttpFrame.IsAnswer) == 0:
                HttpFrame.Add(output, frame.Kind, HttpFrame.IsAnswer, stream: 0, frame.Kind == HttpFrame.Ping ? payload : []);
                break;
            case HttpFrame.GoAway:
                throw new ServerException($"etcd ends the connection: {Encoding.ASCII.GetString(payload[Math.Min(8, payload.Length)..])}");
            case HttpFrame.WindowUpdate when frame.Stream == 0:
                _sendWindow += BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
                for (int waiting = _waitingForWindow.Count; waiting > 0; waiting--)
                    WriteRequest(output, _waitingForWindow.Dequeue()); // What still does not fit goes to the end of those that wait.
                break;
        }
    }
}
