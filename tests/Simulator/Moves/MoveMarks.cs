namespace PaxosShard.Simulator.Moves;

/// <summary>Counts how often each <see cref="MoveMark"/> was reached.</summary>
public sealed class MoveMarks
{
    private readonly long[] _counts = new long[Enum.GetValues<MoveMark>().Length];

    /// <summary>How often a mark was reached.</summary>
    public long this[MoveMark mark] => _counts[(int)mark];

    /// <summary>A mark was reached.</summary>
    public void Reach(MoveMark mark) => _counts[(int)mark]++;

    /// <summary>Adds the counts of another run.</summary>
    public void Add(MoveMarks other)
    {
        for (int index = 0; index < _counts.Length; index++)
            _counts[index] += other._counts[index];
    }
}
