using System.Runtime.InteropServices;

namespace PaxosShard.Replica.Node.Storage.Posix;

/// <summary>The error numbers of Linux that are told apart.</summary>
internal static class ErrorNumber
{
    /// <summary>ENOENT: there is no file of this name.</summary>
    public const int NoEntry = 2;

    /// <summary>EINTR: a signal came before anything was done; the call is made again.</summary>
    public const int Interrupted = 4;

    /// <summary>EIO: the disk failed.</summary>
    public const int InputOutput = 5;

    /// <summary>EAGAIN: another process has the lock.</summary>
    public const int WouldBlock = 11;

    /// <summary>ENOMEM: there is no memory for it.</summary>
    public const int OutOfMemory = 12;

    /// <summary>EACCES: this user may not.</summary>
    public const int PermissionDenied = 13;

    /// <summary>EEXIST: a file of this name is there.</summary>
    public const int Exists = 17;

    /// <summary>ENOTDIR: what has this name is no directory.</summary>
    public const int NotDirectory = 20;

    /// <summary>EINVAL: what is there cannot be synced.</summary>
    public const int InvalidArgument = 22;

    /// <summary>ENFILE: the machine has as many open files as it may.</summary>
    public const int SystemTableFull = 23;

    /// <summary>EMFILE: the process has as many descriptors as it may.</summary>
    public const int TooManyOpen = 24;

    /// <summary>EFBIG: the file would be larger than it may.</summary>
    public const int FileTooLarge = 27;

    /// <summary>ENOSPC: the disk is full.</summary>
    public const int NoSpace = 28;

    /// <summary>EROFS: nothing can be written there.</summary>
    public const int ReadOnlyFileSystem = 30;

    /// <summary>EBADMSG: the checksum of the file system is wrong.</summary>
    public const int BadMessage = 74;

    /// <summary>EUCLEAN: the structure of the file system is damaged.</summary>
    public const int NeedsCleaning = 117;

    /// <summary>EDQUOT: this user has as much space as is allowed.</summary>
    public const int QuotaExceeded = 122;

    /// <summary>There is no space, or no more of it for this user.</summary>
    public static bool IsDiskFull(long result) => result is -NoSpace or -QuotaExceeded;

    /// <summary>The disk, or the file system's own checksum, says that the data is bad.</summary>
    public static bool IsUnreadable(long result) => result is -InputOutput or -BadMessage or -NeedsCleaning;

    /// <summary>A limit that somebody has set, and can raise.</summary>
    public static bool IsLimit(long result) => NameOfLimit(result) is not null;

    /// <summary>The system's words for it; of a limit also where it is set.</summary>
    public static string Describe(long result) =>
        $"{Marshal.GetPInvokeErrorMessage((int)-result)} (errno {-result}){(NameOfLimit(result) is { } limit ? $": {limit}" : "")}";

    private static string? NameOfLimit(long result) => -result switch
    {
        FileTooLarge => "the limit on the size of files (ulimit -f), or that of the file system",
        TooManyOpen => "the limit on open descriptors of a process (ulimit -n)",
        SystemTableFull => "the limit on open files of the machine (/proc/sys/fs/file-max)",
        OutOfMemory => "the memory of the machine, or the limit on that of a process (ulimit -v)",
        _ => null,
    };
}
