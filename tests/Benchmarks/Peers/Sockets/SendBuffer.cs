using System.Buffers.Binary;

namespace PaxosShard.Benchmarks.Peers.Sockets;

/// <summary>Bytes that wait to be sent, in order. It grows as needed and keeps its room.</summary>
internal sealed class SendBuffer
{
    private const int InitialBytes = 64 * 1024;

    private byte[] _bytes = new byte[InitialBytes];
    private int _begin;
    private int _end;

    /// <summary>What waits.</summary>
    public ReadOnlySpan<byte> Waiting => _bytes.AsSpan(_begin, _end - _begin);

    /// <summary>Nothing waits.</summary>
    public bool IsEmpty => _begin == _end;

    /// <summary>Room for so many bytes behind those that wait; all of them have to be written.</summary>
    public Span<byte> Add(int bytes)
    {
        if (_bytes.Length - _end < bytes)
            MakeRoom(bytes);
        _end += bytes;
        return _bytes.AsSpan(_end - bytes, bytes);
    }

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Add(bytes.Length));

    /// <summary>Adds a number of four bytes, the most significant first.</summary>
    public void AddBigEndian(int value) => BinaryPrimitives.WriteInt32BigEndian(Add(sizeof(int)), value);

    /// <summary>Adds a number of eight bytes, the most significant first.</summary>
    public void AddBigEndian(long value) => BinaryPrimitives.WriteInt64BigEndian(Add(sizeof(long)), value);

    /// <summary>Adds a number of four bytes, the least significant first.</summary>
    public void AddLittleEndian(int value) => BinaryPrimitives.WriteInt32LittleEndian(Add(sizeof(int)), value);

    /// <summary>Adds a number of eight bytes, the least significant first.</summary>
    public void AddLittleEndian(long value) => BinaryPrimitives.WriteInt64LittleEndian(Add(sizeof(long)), value);

    /// <summary>The first bytes of those that wait are sent.</summary>
    public void Drop(int bytes)
    {
        _begin += bytes;
        if (_begin == _end)
            _begin = _end = 0;
    }

    private void MakeRoom(int bytes)
    {
        int waiting = _end - _begin;
        byte[] target = _bytes.Length - waiting < bytes ? new byte[Math.Max(2 * _bytes.Length, waiting + bytes)] : _bytes;
        Buffer.BlockCopy(_bytes, _begin, target, 0, waiting);
        (_bytes, _begin, _end) = (target, 0, waiting);
    }
}
