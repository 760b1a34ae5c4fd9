using PaxosShard.Wire;

namespace PaxosShard.Client.Core.Search;

/// <summary>Pauses that double from a first to a last, each between half and all of its length, so that clients do not come in step.</summary>
/// <param name="first">The first pause, in milliseconds.</param>
/// <param name="random">Chance.</param>
internal sealed class BackOff(long first, SeededRandom random)
{
    private int _doublings;

    /// <summary>The next pause, in milliseconds.</summary>
    /// <param name="last">The longest pause.</param>
    public long Next(long last)
    {
        long pause = first << _doublings;
        if (pause < last)
            _doublings++;
        else
            pause = last;
        return random.Between((pause + 1) / 2, pause);
    }

    /// <summary>Starts from the first again.</summary>
    public void Reset() => _doublings = 0;
}
