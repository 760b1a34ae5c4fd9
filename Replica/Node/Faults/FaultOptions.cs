using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Faults;

/// <summary>Faults that a replica commits on purpose, so that drills can show what the group makes of them.</summary>
public sealed record FaultOptions
{
    /// <summary>As primary, the first Proposal of this slot is sent to nobody: the others see a hole until it is sent again. <see cref="Slot.Zero"/> for none.</summary>
    public Slot SkipSlot { get; init; } = Slot.Zero;

    /// <summary>Probability, 0 to 1, that a frame from or to a peer or client is lost; connections and hellos stay whole.</summary>
    public double DropProbability { get; init; }

    /// <summary>Kills the process, as SIGKILL does, once it has executed this many slots; 0 for never.</summary>
    public long KillAfterSlots { get; init; }

    /// <summary>Cuts this replica off while it is on; null for never.</summary>
    public CutSwitch? Cut { get; init; }

    /// <summary>Checks every rule above.</summary>
    /// <exception cref="InvalidOptionsException">One is broken; the message says which.</exception>
    public void Validate()
    {
        if (SkipSlot < Slot.Zero)
            throw new InvalidOptionsException("the slot to skip is 1 or more");
        if (DropProbability is not (>= 0 and <= 1))
            throw new InvalidOptionsException("the probability to drop a frame is 0 to 1");
        if (KillAfterSlots < 0)
            throw new InvalidOptionsException("the number of slots before the kill is 1 or more");
    }
}

/// <summary>
/// Cuts a replica off from everybody, and lets it back: while it is on every frame is lost, to and from peers and clients. Connections stay open, and nobody is told. Any thread.
/// </summary>
public sealed class CutSwitch
{
    private volatile bool _isOn;

    /// <summary>The replica is cut off.</summary>
    public bool IsOn
    {
        get => _isOn;
        set => _isOn = value;
    }
}
