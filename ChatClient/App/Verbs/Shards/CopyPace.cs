using System.Globalization;
using PaxosShard.ChatClient.App.Cli;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>How fast a copy goes, and how long it still takes if it goes on so. Pure: what was seen goes in with the time.</summary>
/// <param name="expected">Bytes that are to be copied, about: what clients write meanwhile is copied again.</param>
internal sealed class CopyPace(long expected)
{
    /// <summary>A shorter time than this says little of how fast it goes.</summary>
    public const long ShortestMilliseconds = 500;

    private long? _startedAt;
    private long _startedWith;

    /// <summary>What to say now that so much was seen; nothing as long as there is nothing to say.</summary>
    /// <param name="bytes">Bytes that are copied.</param>
    /// <param name="now">Monotonic milliseconds.</param>
    public string Look(long bytes, long now)
    {
        if (_startedAt is not { } startedAt || bytes < _startedWith)
        {
            _startedAt = now;
            _startedWith = bytes;
            return Of(bytes);
        }

        long copied = bytes - _startedWith;
        if (now - startedAt < ShortestMilliseconds || copied == 0)
            return Of(bytes);
        double perSecond = copied * 1000.0 / (now - startedAt);
        string left = bytes < expected ? string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling((expected - bytes) / perSecond):0} s left") : "";
        return $"{Of(bytes)}, {ByteText.Of((long)perSecond)}/s{left}";
    }

    private string Of(long bytes) => $"; {ByteText.Of(bytes)} of about {ByteText.Of(expected)}";
}
