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

    /// <summary>The work of all parts; that of a single one is its own.</summary>
    public static ILoopWork Of(IReadOnlyList<ILoopWork> parts) => parts.Count == 1 ? parts[0] : new LoopWorks(parts);

    /// <inheritdoc/>
    public void Turn()
    {
        for (int index = 0; index < parts.Count; index++)
            parts[index].Turn();
    }
}
