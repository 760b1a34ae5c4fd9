namespace PaxosShard.Simulator.Runs;

/// <summary>What was found in the seeds of one run: printed when it is found, and once more at the end, where whoever reads the last lines alone finds it.</summary>
internal sealed class BrokenSeeds
{
    private const int Shown = 10;

    private readonly List<string> _findings = [];

    /// <summary>How many seeds were broken.</summary>
    public int Count { get; private set; }

    /// <summary>A seed was broken.</summary>
    /// <param name="finding">What was found in it first, and the command that shows it again.</param>
    public void Add(string finding)
    {
        Count++;
        if (Count > Shown)
            return;
        _findings.Add(finding);
        Console.WriteLine(finding);
    }

    /// <summary>Prints the first findings once more.</summary>
    public void PrintAgain()
    {
        foreach (string finding in _findings)
            Console.WriteLine(finding);
    }
}
