using System.Net.Sockets;
using PaxosShard.Programs.Errors;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Hosting;

/// <summary>Listens where a command line says, and tells others where that is.</summary>
public static class ListenPlace
{
    /// <summary>Listens; nothing is accepted yet.</summary>
    /// <exception cref="ReportedException">The address cannot be listened on; the message names who has it.</exception>
    public static async Task<Listener> BindAsync(NetworkAddress address)
    {
        try
        {
            return await Listener.BindAsync(address);
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            string owner = PortOwner.Find(address.Port) ?? "another process";
            throw new ReportedException(ErrorKinds.PortInUse, $"{address} is in use by {owner}");
        }
        catch (SocketException failure)
        {
            throw new ReportedException(ErrorKinds.CannotListen, $"{address} cannot be listened on: {failure.Message}");
        }
    }

    /// <summary>Writes an address in one step, so that whoever waits for the file finds it whole.</summary>
    public static void WriteAddress(string path, string address)
    {
        string draft = $"{path}.{Environment.ProcessId}.draft";
        File.WriteAllText(draft, address + "\n");
        File.Move(draft, path, overwrite: true);
    }
}
