namespace PaxosShard.Simulator.Replicas;

/// <summary>What became of something that a process did on its disk.</summary>
public enum DiskOutcome
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>There was no space: nothing of it counts, and it is to be tried again later.</summary>
    Full,

    /// <summary>The power or the disk failed: the process is over.</summary>
    Over,
}
