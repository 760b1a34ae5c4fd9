using System.Net.Sockets;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>Tells from the first bytes of a connection who calls.</summary>
internal static class Caller
{
    /// <summary>Everybody who is not a replica.</summary>
    public const int Client = -1;

    private const int FrameHead = 12;
    private const int RoleAt = FrameHead + 8 + 2 + 2;
    private const int ReplicaAt = RoleAt + 1 + 16 + 2;
    private const byte ReplicaRole = 2;

    /// <summary>Reads as much as it takes to tell; less when the caller ends earlier.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadHelloAsync(Socket caller, CancellationToken cancellation)
    {
        byte[] bytes = new byte[ReplicaAt + 1];
        int length = 0;
        while (length < bytes.Length)
        {
            int count = await caller.ReceiveAsync(bytes.AsMemory(length), cancellation);
            if (count == 0)
                break;
            length += count;
        }

        return bytes.AsMemory(0, length);
    }

    /// <summary>The place of the replica that calls, or <see cref="Client"/>.</summary>
    public static int Of(ReadOnlySpan<byte> hello) =>
        hello.Length > ReplicaAt && hello[RoleAt] == ReplicaRole ? hello[ReplicaAt] : Client;
}
