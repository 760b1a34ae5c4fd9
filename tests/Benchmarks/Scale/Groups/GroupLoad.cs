using System.Globalization;

namespace PaxosShard.Benchmarks.Scale.Groups;

/// <summary>What a group is asked for.</summary>
internal sealed record GroupLoad
{
    /// <summary>Operations under way at any time.</summary>
    public required long Outstanding { get; init; }

    /// <summary>How long it is measured, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Clients of the client library, each with a connection; null for raw frames.</summary>
    public long? Clients { get; init; }

    /// <summary>Keys to which values are put; null for messages to a room.</summary>
    public long? Keys { get; init; }

    /// <summary>Bytes of each message or value.</summary>
    public long SizeBytes { get; init; } = 128;

    /// <summary>The words for <c>px bench</c>.</summary>
    public IEnumerable<string> Words()
    {
        yield return "--outstanding";
        yield return Text(Outstanding);
        yield return "--seconds";
        yield return Seconds.ToString(CultureInfo.InvariantCulture);
        yield return "--size";
        yield return Text(SizeBytes);
        foreach (string word in Clients is { } clients ? (string[])["--connections", Text(clients)] : ["--raw"])
            yield return word;
        foreach (string word in Keys is { } keys ? (string[])["--operation", "put", "--keys", Text(keys)] : [])
            yield return word;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
