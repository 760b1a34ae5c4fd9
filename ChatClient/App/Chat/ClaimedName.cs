using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>
/// A name under which a chat speaks: while it is claimed, the next chat of this machine in the same cluster that wants it gets one with a number behind it. The claim is an address that only
/// one process can have and that no file stands for, so that it ends with the process, however that ends. Where a system has no such addresses every name is free.
/// </summary>
internal sealed class ClaimedName : IDisposable
{
    private const int MostOfOneName = 1000;

    private readonly Socket? _claim;

    private ClaimedName(string wanted, string name, Socket? claim) => (Wanted, Name, _claim) = (wanted, name, claim);

    /// <summary>The name that was asked for.</summary>
    public string Wanted { get; }

    /// <summary>The name that was got.</summary>
    public string Name { get; }

    /// <summary>Somebody else has the name that was asked for.</summary>
    public bool IsAnother => !string.Equals(Wanted, Name, StringComparison.Ordinal);

    /// <summary>Claims a name, or the first free one that is made from it.</summary>
    /// <param name="cluster">The cluster in which it is to be used.</param>
    /// <param name="wanted">The name; it may be one by the rules.</param>
    public static ClaimedName Claim(Guid cluster, string wanted)
    {
        for (int count = 1; count <= MostOfOneName; count++)
        {
            string name = count == 1 ? wanted : $"{wanted}-{count}";
            if (MessageRules.Violation("r", name, "x") is not null)
                break;
            if (TryBind(cluster, name, out Socket? claim))
                return new ClaimedName(wanted, name, claim);
        }
        return new ClaimedName(wanted, wanted, null);
    }

    /// <inheritdoc/>
    public void Dispose() => _claim?.Dispose();

    private static bool TryBind(Guid cluster, string name, out Socket? claim)
    {
        claim = null;
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{cluster:N}/{name}")));
        Socket? socket = null;
        try
        {
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint($"\0paxosshard-{hash}"));
            claim = socket;
            return true;
        }
        catch (SocketException exception)
        {
            socket?.Dispose();
            return exception.SocketErrorCode != SocketError.AddressAlreadyInUse;
        }
        catch (PlatformNotSupportedException)
        {
            socket?.Dispose();
            return true;
        }
    }
}
