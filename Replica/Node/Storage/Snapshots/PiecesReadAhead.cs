using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace PaxosShard.Replica.Node.Storage.Snapshots;

/// <summary>
/// Reads the pieces of a snapshot from the disk on a thread of its own, a few ahead of the caller that builds the state from them: with a large state each of the two takes a
/// second or more, and a start needs both.
/// </summary>
internal static class PiecesReadAhead
{
    /// <summary>Most pieces that are read ahead: mostly 128 KiB each, and at most <see cref="Wire.Limits.SnapshotPiece"/> bytes.</summary>
    private const int Ahead = 8;

    /// <summary>Pieces that may be in use at the same time: those that are read ahead, the one that waits to be put with them, and the one that was taken last.</summary>
    public const int MostHeld = Ahead + 2;

    /// <summary>The same pieces, in the same order; what fails in reading fails here.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Of(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using BlockingCollection<ReadOnlyMemory<byte>> waiting = new(Ahead);
        using CancellationTokenSource enough = new();
        ExceptionDispatchInfo? failure = null;
        Thread reader = new(() => failure = Read(pieces, waiting, enough.Token)) { Name = "pieces", IsBackground = true };
        reader.Start();
        try
        {
            foreach (ReadOnlyMemory<byte> piece in waiting.GetConsumingEnumerable())
                yield return piece;
        }
        finally
        {
            enough.Cancel();
            reader.Join();
        }

        failure?.Throw();
    }

    private static ExceptionDispatchInfo? Read(IEnumerable<ReadOnlyMemory<byte>> pieces, BlockingCollection<ReadOnlyMemory<byte>> waiting, CancellationToken enough)
    {
        try
        {
            foreach (ReadOnlyMemory<byte> piece in pieces)
                waiting.Add(piece, enough);
            return null;
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception)
        {
            return ExceptionDispatchInfo.Capture(exception);
        }
        finally
        {
            waiting.CompleteAdding();
        }
    }
}
