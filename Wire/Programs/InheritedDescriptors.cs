using System.Globalization;

namespace PaxosShard.Programs;

/// <summary>
/// Descriptors above 2 that the caller left open: its locks, its pipes. The program itself keeps them open, because a caller may mean
/// that: a lock that is held as long as the program runs. What the program starts must not get them: it may outlive the caller.
/// </summary>
internal static class InheritedDescriptors
{
    private const int FirstOther = 3;
    private const int SetFlags = 2;
    private const int CloseOnExec = 1;

    /// <summary>Closes all of them on exec.</summary>
    public static void KeepFromChildren()
    {
        foreach (int descriptor in OpenOnes().Where(descriptor => descriptor >= FirstOther))
            _ = NativeMethods.Control(descriptor, SetFlags, CloseOnExec); // One that is closed already was the listing's own.
    }

    private static int[] OpenOnes()
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without /proc there is a bound on their number, and the low ones are the ones in use.
            return [.. Enumerable.Range(FirstOther, 1024)];
        }
    }
}
