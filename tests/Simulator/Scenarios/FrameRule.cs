using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios;

/// <summary>Names frames between replicas, and what becomes of them: lost or held back.</summary>
public sealed class FrameRule
{
    private readonly int? _from;
    private readonly int? _to;
    private readonly Func<Message, bool> _where;

    internal FrameRule(int? from, int? to, Func<Message, bool> where, bool isHolding)
    {
        _from = from;
        _to = to;
        _where = where;
        IsHolding = isHolding;
    }

    /// <summary>What it matches is kept for later; otherwise it is lost.</summary>
    public bool IsHolding { get; }

    /// <summary>Frames that matched so far.</summary>
    public int Matched { get; private set; }

    /// <summary>It still applies.</summary>
    public bool IsActive { get; internal set; } = true;

    /// <summary>The frames that were held back, in the order they were sent.</summary>
    public IReadOnlyList<HeldFrame> Held => HeldFrames;

    internal List<HeldFrame> HeldFrames { get; } = [];

    internal bool Matches(int from, int to, Message message)
    {
        if (!IsActive || (_from is { } wanted && wanted != from) || (_to is { } other && other != to) || !_where(message))
            return false;
        Matched++;
        return true;
    }
}

/// <summary>A frame that was held back.</summary>
/// <param name="From">Its sender.</param>
/// <param name="To">Its receiver.</param>
/// <param name="Message">What it says.</param>
public sealed record HeldFrame(int From, int To, Message Message);
