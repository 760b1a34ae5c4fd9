using System.Diagnostics;

namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>What processes have taken of the machine since their start.</summary>
/// <param name="Processors">Time of processors, of all together.</param>
/// <param name="MemoryBytes">Memory that is resident now, of all together, in bytes.</param>
internal readonly record struct ProcessUsage(TimeSpan Processors, long MemoryBytes)
{
    /// <summary>Looks.</summary>
    /// <param name="processes">Their numbers.</param>
    /// <exception cref="ArgumentException">One has ended.</exception>
    public static ProcessUsage Of(IEnumerable<int> processes)
    {
        ProcessUsage all = default;
        foreach (int number in processes)
        {
            using Process process = Process.GetProcessById(number);
            all = new ProcessUsage(all.Processors + process.TotalProcessorTime, all.MemoryBytes + process.WorkingSet64);
        }

        return all;
    }
}
