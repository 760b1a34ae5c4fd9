using PaxosShard.Replica.Core.Group;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Roles;

/// <summary>
/// Refusals that reach a primary from replicas that stand in higher views. Who keeps sending them can never accept
/// from this primary again; if the primary is healthy otherwise, it has to move above them (rule 6).
/// </summary>
/// <param name="options">The group.</param>
internal sealed class Refusals(GroupOptions options)
{
    private readonly (View View, long SinceTick, long LastTick)[] _refusals =
        [.. Enumerable.Repeat((View.None, 0L, 0L), options.ReplicaCount)];

    /// <summary>The highest view any refusal ever named.</summary>
    public View Highest { get; private set; } = View.None;

    /// <summary>A replica refuses because of its higher promise.</summary>
    public void Note(ReplicaId from, View promised, long tick)
    {
        (View view, long since, long last) = _refusals[from.Index];
        bool goesOn = view != View.None && tick - last <= options.TimeoutTicks;
        _refusals[from.Index] = (promised, goesOn ? since : tick, tick);
        Highest = View.Max(Highest, promised);
    }

    /// <summary>The replica answered in this view after all.</summary>
    public void Clear(ReplicaId from) => _refusals[from.Index] = (View.None, 0, 0);

    /// <summary>A replica has refused for a whole timeout and still does; then also the highest view refused with.</summary>
    public bool Persist(long tick, out View highest)
    {
        highest = View.None;
        foreach ((View view, long since, long last) in _refusals)
        {
            bool persists = tick - since > options.TimeoutTicks && tick - last <= options.TimeoutTicks;
            if (view != View.None && persists)
                highest = View.Max(highest, view);
        }

        return highest != View.None;
    }
}
