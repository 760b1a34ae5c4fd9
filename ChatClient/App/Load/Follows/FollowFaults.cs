using System.Runtime.InteropServices;

namespace PaxosShard.ChatClient.App.Load.Follows;

/// <summary>What followers have received otherwise than each acknowledged message once and in order; all zero when they have not.</summary>
[StructLayout(LayoutKind.Auto)]
internal record struct FollowFaults
{
    /// <summary>Acknowledged messages that a follower did not receive by the end.</summary>
    public long Missing { get; set; }

    /// <summary>How often a number came that was not the next one but a later one.</summary>
    public long Gaps { get; set; }

    /// <summary>Messages that came once more, or with another number than the one that their sender or another follower has.</summary>
    public long Doubled { get; set; }

    /// <summary>Messages that came behind a later one.</summary>
    public long Reordered { get; set; }

    /// <summary>All of both.</summary>
    public static FollowFaults operator +(FollowFaults one, FollowFaults other) => new()
    {
        Missing = one.Missing + other.Missing, Gaps = one.Gaps + other.Gaps, Doubled = one.Doubled + other.Doubled, Reordered = one.Reordered + other.Reordered,
    };
}
