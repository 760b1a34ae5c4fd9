namespace PaxosShard.Simulator.Network;

/// <summary>How the simulated network behaves when nothing is cut. Times in virtual microseconds, chances in millionths.</summary>
public sealed record NetworkOptions
{
    /// <summary>Least time that bytes need from one end to the other.</summary>
    public long MinimumDelay { get; init; } = 50;

    /// <summary>Mean of the exponential part of the delay; 0 makes the delay constant.</summary>
    public long MeanExtraDelay { get; init; } = 100;

    /// <summary>Chance that a piece is much later than usual.</summary>
    public int LatePerMillion { get; init; }

    /// <summary>Mean of that lateness.</summary>
    public long MeanLateness { get; init; } = 20_000;

    /// <summary>Chance that what was written at once arrives in two pieces, cut at any byte.</summary>
    public int SplitPerMillion { get; init; }

    /// <summary>Chance that a frame is delivered a second time, later, at a frame boundary.</summary>
    public int ReplayPerMillion { get; init; }

    /// <summary>Longest time after which a frame is replayed.</summary>
    public long LongestReplay { get; init; } = 200_000;

    /// <summary>Chance that a piece's connection breaks instead of carrying it.</summary>
    public int BreakPerMillion { get; init; }

    /// <summary>Chance that a bit of a piece is flipped on the way; the frames' checksums must notice.</summary>
    public int FlipPerMillion { get; init; }

    /// <summary>Most bytes of one direction of a connection that are under way; what is more waits at the sender.</summary>
    public int WindowBytes { get; init; } = 256 * 1024;

    /// <summary>Most bytes that wait at the sender; what is more is refused.</summary>
    public int SendBufferBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>How long dialling lasts before it fails when nobody answers.</summary>
    public long DialTimeout { get; init; } = 300_000;

    /// <summary>How long a sender waits for the confirmation of its bytes before it gives the connection up.</summary>
    public long UnconfirmedTimeout { get; init; } = 2_000_000;
}
