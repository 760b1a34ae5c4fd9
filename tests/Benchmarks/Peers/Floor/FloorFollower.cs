using System.Buffers.Binary;
using System.Net.Sockets;

namespace PaxosShard.Benchmarks.Peers.Floor;

/// <summary>A follower of the floor: it appends what its primary sends, and says when it is on the disk. Whatever has come together is one write and one sync.</summary>
/// <param name="primary">The connection of the primary; it blocks.</param>
/// <param name="log">The log.</param>
internal sealed class FloorFollower(Socket primary, FloorLog log)
{
    private const int ReceiveBytes = 8 << 20;

    /// <summary>Serves until the primary is gone.</summary>
    public void Run()
    {
        byte[] received = new byte[ReceiveBytes];
        byte[] acknowledgement = new byte[FloorFrames.Acknowledgement];
        int end = 0;
        while (primary.Receive(received.AsSpan(end)) is > 0 and var bytes)
        {
            end += bytes;
            int whole = 0;
            long last = 0;
            while (FloorFrames.FindBatch(received.AsSpan(whole, end - whole), out long index) is > 0 and var length)
            {
                whole += length;
                last = index;
            }

            if (whole == 0)
                continue;
            log.Append(received.AsSpan(0, whole));
            BinaryPrimitives.WriteInt64LittleEndian(acknowledgement, last);
            primary.Send(acknowledgement);
            Buffer.BlockCopy(received, whole, received, 0, end - whole);
            end -= whole;
        }
    }
}
