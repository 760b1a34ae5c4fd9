namespace PaxosShard.Replica.Node.Transport.Connections;

/// <summary>
/// Bounds the log lines that others can cause, so that a flood of bad connections, or one that comes again and again, does
/// not become a flood of lines: the same sentence once in a while, and only so many different ones a second. Any thread.
/// </summary>
/// <param name="linesPerSecond">Most lines in a second.</param>
/// <param name="repeatSeconds">Seconds before the same sentence is written again.</param>
internal sealed class LogThrottle(int linesPerSecond, int repeatSeconds)
{
    private const int RememberedSentences = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _lastSecond = new(StringComparer.Ordinal);
    private long _second;
    private int _lines;
    private long _suppressed;

    /// <summary>The sentence may be written now; if so, says how many lines were left out before it.</summary>
    /// <param name="sentence">The sentence.</param>
    /// <param name="now">The monotonic clock, in milliseconds.</param>
    /// <param name="suppressed">Lines that were left out since the last one that was written.</param>
    public bool TryTake(string sentence, long now, out long suppressed)
    {
        lock (_gate)
        {
            long second = now / 1000;
            if (second != _second)
                (_second, _lines) = (second, 0);
            suppressed = _suppressed;
            bool isRepeated = _lastSecond.TryGetValue(sentence, out long last) && second - last < repeatSeconds;
            if (isRepeated || _lines >= linesPerSecond)
            {
                _suppressed++;
                return false;
            }

            if (_lastSecond.Count >= RememberedSentences)
                _lastSecond.Clear();
            _lastSecond[sentence] = second;
            _lines++;
            _suppressed = 0;
            return true;
        }
    }
}
