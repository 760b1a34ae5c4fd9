using PaxosShard.Simulator.Time;

namespace PaxosShard.Simulator.Clusters;

/// <summary>One line per thing that happens, for people who replay a seed.</summary>
/// <param name="queue">The run's time.</param>
/// <param name="output">Where the lines go.</param>
/// <param name="isFull">Messages and syncs too, not only what changes the state of the group.</param>
/// <param name="name">What each line begins with, when several groups write into one log.</param>
public sealed class RunLog(EventQueue queue, TextWriter output, bool isFull, string name = "")
{
    /// <summary>Messages and syncs are wanted too.</summary>
    public bool IsFull => isFull;

    /// <summary>Writes a line.</summary>
    public void Write(string text) => output.WriteLine($"{queue.Now,12} {name}{text}");
}
