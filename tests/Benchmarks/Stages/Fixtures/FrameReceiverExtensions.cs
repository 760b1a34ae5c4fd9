using PaxosShard.Wire.Connections;

namespace PaxosShard.Benchmarks.Stages.Fixtures;

/// <summary>How a stage waits for frames that are always there.</summary>
internal static class FrameReceiverExtensions
{
    /// <summary>Takes in what has arrived together, without waiting.</summary>
    /// <exception cref="InvalidOperationException">It would have to wait.</exception>
    public static void Fill(this FrameReceiver receiver)
    {
        ValueTask<bool> filling = receiver.FillAsync(CancellationToken.None);
        if (!filling.IsCompletedSuccessfully || !filling.Result)
            throw new InvalidOperationException("the frames are there, and nobody waits for them");
    }
}
