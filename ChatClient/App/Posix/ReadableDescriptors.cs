using System.ComponentModel;
using System.Runtime.InteropServices;

namespace PaxosShard.ChatClient.App.Posix;

/// <summary>Descriptors of which one thread waits for any that has something to read.</summary>
/// <param name="descriptors">The descriptors; they stay open.</param>
internal sealed class ReadableDescriptors(IEnumerable<int> descriptors)
{
    private const short Readable = 1;
    private const int Interrupted = 4;

    private readonly PolledDescriptor[] _all = [.. descriptors.Select(static descriptor => new PolledDescriptor { Descriptor = descriptor, Wanted = Readable })];

    /// <summary>Waits until one of them has something to read, or its connection has ended.</summary>
    /// <param name="limit">How long at most.</param>
    /// <returns>False: none has, or the wait was interrupted.</returns>
    /// <exception cref="Win32Exception">The system does not wait.</exception>
    public unsafe bool Wait(TimeSpan limit)
    {
        int ready;
        fixed (PolledDescriptor* first = _all)
            ready = NativeMethods.Poll(first, (nuint)_all.Length, (int)limit.TotalMilliseconds);
        if (ready < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        return ready > 0;
    }

    /// <summary>One of them has something to read, or its connection has ended, as of the last wait that found any.</summary>
    /// <param name="place">Its place among them.</param>
    public bool CanRead(int place) => _all[place].Happened != 0;
}

/// <summary>A descriptor as poll(2) takes it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PolledDescriptor
{
    /// <summary>The descriptor.</summary>
    public int Descriptor;

    /// <summary>What is waited for.</summary>
    public short Wanted;

    /// <summary>What has happened.</summary>
    public short Happened;
}
