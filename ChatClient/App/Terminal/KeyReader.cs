using PaxosShard.Programs;

namespace PaxosShard.ChatClient.App.Terminal;

/// <summary>Reads keys from standard input on a thread of its own, until it is called off or the input ends.</summary>
internal static class KeyReader
{
    private const int EscapeMilliseconds = 60; // A sequence comes in one piece; a person is slower.
    private const int LookMilliseconds = 200; // How often it looks whether it is called off.

    private const int FullMilliseconds = 5;

    /// <summary>Reads; done at the end of the input.</summary>
    /// <param name="tryPut">Given the keys, one batch after the other; the same again for as long as it says that there is no space.</param>
    /// <param name="cancellation">Ends it.</param>
    public static Task RunAsync(Func<IReadOnlyList<Key>, bool> tryPut, CancellationToken cancellation) =>
        Task.Factory.StartNew(() => Run(tryPut, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Run(Func<IReadOnlyList<Key>, bool> tryPut, CancellationToken cancellation)
    {
        KeyDecoder decoder = new();
        byte[] buffer = new byte[4096];
        while (!cancellation.IsCancellationRequested)
        {
            if (!Descriptor.WaitForInput(Descriptor.Input, decoder.IsInEscape ? EscapeMilliseconds : LookMilliseconds))
            {
                decoder.EndEscape();
                continue;
            }
            int count = ReadOrEnd(buffer);
            if (count == 0)
                return;
            List<Key> keys = [];
            decoder.Decode(buffer.AsSpan(0, count), keys);
            while (keys.Count > 0 && !tryPut(keys) && !cancellation.IsCancellationRequested)
                Thread.Sleep(FullMilliseconds); // A thread of its own: what is typed meanwhile waits in the terminal.
        }
    }

    // A terminal that was closed answers with an error; that is its end.
    private static int ReadOrEnd(byte[] buffer)
    {
        try
        {
            return Descriptor.Read(Descriptor.Input, buffer);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
