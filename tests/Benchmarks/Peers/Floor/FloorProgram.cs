using System.Net;
using System.Net.Sockets;

namespace PaxosShard.Benchmarks.Peers.Floor;

/// <summary>A process of the floor. It says in a line of its output where it listens, and ends with who connects to it, or when it is killed.</summary>
internal static class FloorProgram
{
    /// <summary>What that line begins with; the port follows.</summary>
    public const string Listening = "listening ";

    private const long LogBytes = 64L << 20; // As much as a segment of a log of ours, and far more than the largest batch.
    private const int Backlog = 512;

    /// <summary>Serves as a follower.</summary>
    /// <param name="directory">Where its log goes.</param>
    public static void RunFollower(string directory)
    {
        using FloorLog log = NewLog(directory);
        using Socket listener = Listen();
        Console.Out.WriteLine($"{Listening}{((IPEndPoint)listener.LocalEndPoint!).Port}");
        using Socket primary = listener.Accept();
        primary.NoDelay = true;
        new FloorFollower(primary, log).Run();
    }

    /// <summary>Serves as the primary.</summary>
    /// <param name="directory">Where its log goes.</param>
    /// <param name="followers">The ports of the followers.</param>
    public static void RunPrimary(string directory, IReadOnlyList<int> followers)
    {
        using FloorLog log = NewLog(directory);
        using Socket listener = Listen();
        using FloorPrimary primary = new(listener, [.. followers.Select(Connect)], log);
        Console.Out.WriteLine($"{Listening}{((IPEndPoint)listener.LocalEndPoint!).Port}");
        primary.Run();
    }

    private static FloorLog NewLog(string directory) => new(Path.Combine(directory, "log"), LogBytes);

    private static Socket Listen()
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Backlog);
        return listener;
    }

    private static Socket Connect(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }
}
