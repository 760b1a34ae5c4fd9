using System.Runtime.InteropServices;

namespace PaxosShard.ChatClient.App.Posix;

/// <summary>Which file it is, under whatever name: its number, and the device that gave it.</summary>
/// <param name="Inode">The number.</param>
/// <param name="Device">The device, its major number in the upper half.</param>
internal readonly record struct FileNumber(ulong Inode, ulong Device)
{
    private const int CurrentDirectory = -100;
    private const uint WantInode = 0x100;
    private const int Size = 256;
    private const int InodeAt = 0x20;
    private const int MajorAt = 0x88;
    private const int MinorAt = 0x8c;

    /// <summary>The file that a path leads to; null when there is none or it is hidden.</summary>
    public static unsafe FileNumber? Of(string path)
    {
        byte* buffer = stackalloc byte[Size];
        if (NativeMethods.Status(CurrentDirectory, path, 0, WantInode, buffer) != 0)
            return null;
        ReadOnlySpan<byte> fields = new(buffer, Size);
        ulong device = ((ulong)MemoryMarshal.Read<uint>(fields[MajorAt..]) << 32) | MemoryMarshal.Read<uint>(fields[MinorAt..]);
        return new FileNumber(MemoryMarshal.Read<ulong>(fields[InodeAt..]), device);
    }
}
