using System.ComponentModel;
using System.Runtime.InteropServices;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>A small file system of its own, mounted in a test's folder; gone with the test. Needs the right to mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const ulong Remount = 32;

    /// <summary>Mounts it.</summary>
    /// <param name="path">Where; made new.</param>
    /// <param name="kilobytes">Its size.</param>
    public SmallDisk(string path, int kilobytes)
    {
        FullPath = path;
        Directory.CreateDirectory(path);
        Check(Mount("paxosshard-test", path, "tmpfs", 0, $"size={kilobytes}k"), "mount");
    }

    /// <summary>Where it is mounted.</summary>
    public string FullPath { get; }

    /// <summary>Makes room.</summary>
    public void Grow(int kilobytes) => Check(Mount("paxosshard-test", FullPath, "tmpfs", Remount, $"size={kilobytes}k"), "remount");

    /// <inheritdoc/>
    public void Dispose() => Check(Unmount(FullPath, 0), "unmount");

    private static void Check(int result, string what)
    {
        if (result != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), what);
    }

    [DllImport("libc", EntryPoint = "mount", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Mount(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string source,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string target,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string fileSystem,
        ulong flags,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string data);

    [DllImport("libc", EntryPoint = "umount2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Unmount([MarshalAs(UnmanagedType.LPUTF8Str)] string target, int flags);
}
