using System.Diagnostics;
using System.Net.Sockets;
using PaxosShard.Programs.Errors;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Hosting;

/// <summary>Listens where a command line says, and tells others where that is.</summary>
public static class ListenPlace
{
    // A process that was killed keeps its port until the system has taken back its memory, which takes a second for some gigabytes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Listens; nothing is accepted yet. While a process has the address that is about to be gone it waits, 10 s at most.</summary>
    /// <exception cref="ReportedException">The address cannot be listened on; the message names who has it.</exception>
    public static async Task<Listener> BindAsync(NetworkAddress address)
    {
        long begun = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await TryBindAsync(address, mayWait: Stopwatch.GetElapsedTime(begun) < _patience) is { } listener)
                return listener;
            await Task.Delay(_pause);
        }
    }

    private static async Task<Listener?> TryBindAsync(NetworkAddress address, bool mayWait)
    {
        try
        {
            return await Listener.BindAsync(address);
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            PortHolder? holder = PortOwner.Find(address.Port);
            return mayWait && (holder is null || holder.IsEnding)
                ? null
                : throw new ReportedException(ErrorKinds.PortInUse, $"{address} is in use by {holder?.Words ?? "another process"}");
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
