using System.Runtime.InteropServices;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>The error numbers of Linux that are told apart.</summary>
internal static class ErrorNumber
{
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int WouldBlock = 11;
    public const int OutOfMemory = 12;
    public const int PermissionDenied = 13;
    public const int Exists = 17;
    public const int NotDirectory = 20;
    public const int InvalidArgument = 22;
    public const int SystemTableFull = 23;
    public const int TooManyOpen = 24;
    public const int FileTooLarge = 27;
    public const int NoSpace = 28;
    public const int ReadOnlyFileSystem = 30;
    public const int BadMessage = 74;
    public const int NeedsCleaning = 117;
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
