namespace PaxosShard.Simulator.Checks;

/// <summary>Counts how often each <see cref="Mark"/> was reached.</summary>
public sealed class Marks
{
    private readonly long[] _counts = new long[Enum.GetValues<Mark>().Length];

    /// <summary>How often a mark was reached.</summary>
    public long this[Mark mark] => _counts[(int)mark];

    /// <summary>A mark was reached.</summary>
    public void Reach(Mark mark) => _counts[(int)mark]++;

    /// <summary>Adds the counts of another run.</summary>
    public void Add(Marks other)
    {
        for (int index = 0; index < _counts.Length; index++)
            _counts[index] += other._counts[index];
    }
}
