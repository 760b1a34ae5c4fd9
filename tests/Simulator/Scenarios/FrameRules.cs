using PaxosShard.Simulator.Clusters;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios;

/// <summary>The rules of a scenario; the first one that matches a frame decides.</summary>
internal sealed class FrameRules : IFrameTap
{
    private readonly List<FrameRule> _rules = [];

    /// <summary>Everything that was sent between replicas, whatever became of it.</summary>
    public List<HeldFrame> Sent { get; } = [];

    public void Add(FrameRule rule) => _rules.Add(rule);

    public bool Passes(int from, int to, Message message)
    {
        HeldFrame frame = new(from, to, message);
        Sent.Add(frame);
        foreach (FrameRule rule in _rules)
        {
            if (!rule.Matches(from, to, message))
                continue;
            if (rule.IsHolding)
                rule.HeldFrames.Add(frame);
            return false;
        }

        return true;
    }
}
