using System.Net.Sockets;

namespace PaxosShard.Replica.Node.Transport.Connections;

/// <summary>The sentences for what ends a connection from outside.</summary>
internal static class CloseReasons
{
    /// <summary>The other side ended it, in good order.</summary>
    public const string ClosedByOther = "the other side closed it";

    /// <summary>This replica stops.</summary>
    public const string Stopping = "this replica stops";

    /// <summary>What an exception of a socket says about the connection.</summary>
    public static string Describe(Exception failure) => failure switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionReset } => "the other side reset it",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "nobody listens there",
        SocketException { SocketErrorCode: SocketError.TimedOut } => "the other side does not answer",
        SocketException socket => $"{socket.SocketErrorCode}",
        ObjectDisposedException or OperationCanceledException => "it was closed here",
        _ => failure.Message,
    };
}
