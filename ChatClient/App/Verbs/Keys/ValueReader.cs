using System.Runtime.InteropServices;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;

namespace PaxosShard.ChatClient.App.Verbs.Keys;

/// <summary>
/// Reads a value as the bytes it is. However long the source is, no more is read than the first byte that is too many. What blocks
/// cannot be called off; it is left behind when the program ends.
/// </summary>
internal static class ValueReader
{
    // The system's number of the error.
    private const int NoSuchFile = 2;

    /// <summary>Reads standard input.</summary>
    /// <exception cref="ReportedException">It cannot be read.</exception>
    public static Task<ReadOnlyMemory<byte>> ReadInputAsync(CancellationToken cancellation) =>
        Task.Run(static () => Read(Descriptor.Input, "standard input"), CancellationToken.None).WaitAsync(cancellation);

    /// <summary>Reads a file.</summary>
    /// <exception cref="ReportedException">It cannot be read.</exception>
    public static Task<ReadOnlyMemory<byte>> ReadFileAsync(string path, CancellationToken cancellation) =>
        Task.Run(() => ReadFile(path), CancellationToken.None).WaitAsync(cancellation);

    // Not by the runtime's streams: they lock what they open.
    private static ReadOnlyMemory<byte> ReadFile(string path)
    {
        int descriptor = Descriptor.OpenToRead(path);
        if (descriptor < 0)
            throw Unreadable($"{path}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError() == NoSuchFile ? ExitCode.Usage : null);
        try
        {
            return Read(descriptor, path);
        }
        finally
        {
            Descriptor.Close(descriptor);
        }
    }

    private static ReadOnlyMemory<byte> Read(int descriptor, string name)
    {
        byte[] bytes = new byte[Limits.Value + 1];
        int length = 0;
        try
        {
            while (length < bytes.Length && Descriptor.Read(descriptor, bytes.AsSpan(length)) is var count and > 0)
                length += count;
        }
        catch (IOException exception)
        {
            throw Unreadable($"{name}: {exception.Message}");
        }

        return bytes.AsMemory(0, length);
    }

    private static ReportedException Unreadable(string what, int? exit = null) => new(ErrorKinds.FileSystem, what) { Outcome = "nothing was sent", Next = "VERB --help", Exit = exit };
}
