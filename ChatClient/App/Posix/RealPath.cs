using System.Runtime.InteropServices;
using System.Text;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Posix;

/// <summary>
/// The one path of a directory, however it is spelled: links are followed, and <c>..</c> is the directory above the one that was
/// reached, as the system has it.
/// </summary>
internal static unsafe class RealPath
{
    /// <summary>Finds it. What does not exist yet is taken as it is written, behind the real path of what does.</summary>
    /// <exception cref="ReportedException">The real path is not UTF-8.</exception>
    public static string Of(string path)
    {
        string existing = Path.IsPathRooted(path) ? path : Path.Combine(Directory.GetCurrentDirectory(), path);
        List<string> missing = [];
        while (true)
        {
            existing = existing.Length > 1 ? existing.TrimEnd(Path.DirectorySeparatorChar) : existing;
            if (existing.Length == 0)
                existing = "/";
            if (Resolve(existing) is { } real)
                return Path.GetFullPath(Path.Combine([real, .. missing]));
            int separator = existing.LastIndexOf(Path.DirectorySeparatorChar);
            if (separator < 0)
                return Path.GetFullPath(path);
            missing.Insert(0, existing[(separator + 1)..]);
            existing = existing[..separator];
        }
    }

    private static string? Resolve(string path)
    {
        byte* resolved = NativeMethods.ResolvePath(path, null);
        if (resolved is null)
            return null;
        try
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(resolved);
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new ReportedException(ErrorKinds.Usage, $"{path} leads to a directory whose name is not UTF-8");
        }
        finally
        {
            NativeMethods.Free(resolved);
        }
    }
}
