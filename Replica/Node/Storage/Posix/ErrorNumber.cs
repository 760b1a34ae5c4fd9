using System.Runtime.InteropServices;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>The error numbers of Linux that are told apart.</summary>
internal static class ErrorNumber
{
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int WouldBlock = 11;
    public const int NoSpace = 28;
    public const int BadMessage = 74;
    public const int NeedsCleaning = 117;
    public const int QuotaExceeded = 122;

    /// <summary>There is no space, or no more of it for this user.</summary>
    public static bool IsDiskFull(long result) => result is -NoSpace or -QuotaExceeded;

    /// <summary>The disk, or the file system's own checksum, says that the data is bad.</summary>
    public static bool IsUnreadable(long result) => result is -InputOutput or -BadMessage or -NeedsCleaning;

    /// <summary>The system's words for it.</summary>
    public static string Describe(long result) => $"{Marshal.GetPInvokeErrorMessage((int)-result)} (errno {-result})";
}
