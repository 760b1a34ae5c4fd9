using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace PaxosShard.Replica.Node.Loop;

/// <summary>
/// The system's own list of sockets to watch, and a way to end the wait from another thread. Readiness is told as long as it lasts (level-triggered), and
/// what is reported although nobody waits for it has to be taken off the list, or it would be reported for ever. One thread waits; any thread wakes and changes the list.
/// </summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    /// <summary>There are bytes to read, or the stream has ended.</summary>
    public const uint Readable = 0x1;

    /// <summary>Bytes can be sent.</summary>
    public const uint Writable = 0x4;

    /// <summary>The connection has failed or is over on both sides; reported without being asked for.</summary>
    public const uint Broken = 0x8 | 0x10;

    private const int Add = 1;
    private const int Remove = 2;
    private const int Change = 3;
    private const uint EachTimeOnce = 1u << 31;
    private const int CloseOnExecute = 0x80000;
    private const int DoNotBlock = 0x800;
    private const int MostEvents = 128;
    private const long WakeNumber = 0;

    /// <summary>Where the number stands in the system's record of an event: behind the bits, which only one architecture packs so tightly.</summary>
    private static readonly int _numberAt = RuntimeInformation.ProcessArchitecture is Architecture.X64 ? 4 : 8;
    private static readonly int _eventSize = _numberAt + sizeof(long);

    private readonly SafeFileHandle _list;
    private readonly SafeFileHandle _wake;
    private readonly byte[] _events = GC.AllocateArray<byte>(MostEvents * 16, pinned: true);

    /// <summary>An empty list.</summary>
    /// <exception cref="Win32Exception">The system gives no more descriptors.</exception>
    public Epoll()
    {
        _list = Own(epoll_create1(CloseOnExecute));
        try
        {
            _wake = Own(eventfd(0, CloseOnExecute | DoNotBlock));
        }
        catch
        {
            _list.Dispose();
            throw;
        }

        // Told once for each wake, so that nobody has to read the counter back.
        if (Control(Add, _wake, Readable | EachTimeOnce, WakeNumber) is var error and not 0)
        {
            Dispose();
            throw new Win32Exception(error);
        }
    }

    /// <summary>Watches a socket for these bits and no others; 0 takes it off the list.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="number">What it is reported by; not 0.</param>
    /// <param name="before">The bits for which it was watched before; 0 for a new one.</param>
    /// <param name="bits">The bits.</param>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    /// <exception cref="SocketException">The system does not watch it.</exception>
    public void Watch(SafeSocketHandle socket, long number, uint before, uint bits)
    {
        int what = before == 0 ? Add : bits == 0 ? Remove : Change;
        if (Control(what, socket, bits, number) is var error and not 0 && what != Remove)
            throw new SocketException((int)SocketError.SocketError, new Win32Exception(error).Message);
    }

    /// <summary>Waits until something is ready, somebody wakes, or the time is over; a return without any of it is possible.</summary>
    /// <param name="milliseconds">Longest wait; 0 only looks.</param>
    /// <returns>How many events there are; to be asked for with <see cref="Get"/>.</returns>
    public int Wait(int milliseconds)
    {
        fixed (byte* events = _events)
            return Math.Max(0, epoll_wait(_list, events, MostEvents, milliseconds));
    }

    /// <summary>One of the events of the last wait: the number of a socket, or 0 for a wake, and its bits.</summary>
    public (long Number, uint Bits) Get(int index)
    {
        ReadOnlySpan<byte> one = _events.AsSpan(index * _eventSize, _eventSize);
        return (MemoryMarshal.Read<long>(one[_numberAt..]), MemoryMarshal.Read<uint>(one));
    }

    /// <summary>Ends the wait that is under way, or the next one. Any thread, also when it has been disposed.</summary>
    public void Wake()
    {
        try
        {
            long one = 1;
            _ = write(_wake, &one, sizeof(long));
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _list.Dispose();
        _wake.Dispose();
    }

    private static SafeFileHandle Own(int descriptor) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new Win32Exception(Marshal.GetLastPInvokeError());

    /// <summary>0, or the number of the system's error.</summary>
    private int Control(int what, SafeHandle descriptor, uint bits, long number)
    {
        byte* one = stackalloc byte[16];
        *(uint*)one = bits;
        *(long*)(one + _numberAt) = number;
        return epoll_ctl(_list, what, descriptor, one) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(SafeFileHandle list, int what, SafeHandle descriptor, byte* one);

    [LibraryImport("libc")]
    private static partial int epoll_wait(SafeFileHandle list, byte* events, int most, int milliseconds);

    [LibraryImport("libc")]
    private static partial nint write(SafeFileHandle file, long* count, nuint size);
}
