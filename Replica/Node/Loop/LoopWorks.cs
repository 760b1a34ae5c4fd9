namespace PaxosShard.Replica.Node.Loop;

/// <summary>What several parts do on the same loop, in turn.</summary>
/// <param name="parts">The parts.</param>
internal sealed class LoopWorks(IReadOnlyList<ILoopWork> parts) : ILoopWork
{
    /// <inheritdoc/>
    public int MillisecondsLeft
    {
        get
        {
            int left = int.MaxValue;
            for (int index = 0; left > 0 && index < parts.Count; index++)
                left = Math.Min(left, parts[index].MillisecondsLeft);
            return left;
        }
    }

    /// <inheritdoc/>
    public void Turn()
    {
        for (int index = 0; index < parts.Count; index++)
            parts[index].Turn();
    }
}
