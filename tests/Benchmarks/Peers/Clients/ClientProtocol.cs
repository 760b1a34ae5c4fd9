using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Benchmarks.Peers.Clients;

/// <summary>A server did not do what was expected of it, and the measurement has come to nothing.</summary>
/// <param name="message">What happened.</param>
/// <param name="cause">What it came from.</param>
internal sealed class ServerException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The answer to a request.</summary>
/// <param name="Slot">The slot whose request it answers.</param>
/// <param name="IsAcknowledged">The server has done what was asked; otherwise it has refused.</param>
internal readonly record struct Reply(int Slot, bool IsAcknowledged);

/// <summary>
/// What a client of a server says on one connection: bytes in, bytes out, no sockets and no clock. Each request belongs to a slot, from 0 on, which has one request under way at most.
/// </summary>
internal abstract class ClientProtocol
{
    /// <summary>Writes what a connection begins with.</summary>
    public virtual void WriteGreeting(SendBuffer output)
    {
    }

    /// <summary>Reads the server's part of the greeting.</summary>
    /// <param name="received">What has come.</param>
    /// <param name="output">Gets what is to be said next.</param>
    /// <param name="taken">Bytes of it that are read.</param>
    /// <returns>The greeting is over: requests may be sent.</returns>
    /// <exception cref="ServerException">The server does not want this client.</exception>
    public virtual bool ReadGreeting(ReadOnlySpan<byte> received, SendBuffer output, out int taken)
    {
        taken = 0;
        return true;
    }

    /// <summary>Writes a sign of life, after a while in which nothing was answered.</summary>
    public virtual void WriteSignOfLife(SendBuffer output)
    {
    }

    /// <summary>Writes the next request of a slot.</summary>
    public abstract void WriteRequest(SendBuffer output, int slot);

    /// <summary>Reads all replies that are whole.</summary>
    /// <param name="received">What has come.</param>
    /// <param name="output">Gets what the protocol wants to be said about it.</param>
    /// <param name="replies">Gets them.</param>
    /// <returns>Bytes that are read.</returns>
    /// <exception cref="ServerException">The server ends the conversation, or says what it must not.</exception>
    public abstract int ReadReplies(ReadOnlySpan<byte> received, SendBuffer output, List<Reply> replies);
}
