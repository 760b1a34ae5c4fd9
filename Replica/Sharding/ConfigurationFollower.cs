using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Sharding;

/// <summary>
/// Brings configurations from the masters to a group, one by one and none skipped: a group takes the one behind its own, and when it has none, the first one that names it. One step
/// after the other; what it remembers between them only spares questions, and the group itself judges what it is told.
/// </summary>
/// <param name="group">The group.</param>
/// <param name="masters">Where configurations come from.</param>
/// <param name="own">The group, as it is asked and told.</param>
internal sealed class ConfigurationFollower(GroupId group, IConfigurationSource masters, IShardGroup own)
{
    private const long None = 0;

    // Null: to be asked.
    private long? _adopted;

    // Up to here no configuration names the group; of interest while it has none. Configurations never change, so that this stays true.
    private long _withoutGroup;
    private long _latest;

    /// <summary>What it does, or did when its last step failed.</summary>
    public FollowStep Doing { get; private set; }

    /// <summary>Asks what has to be asked, waits a while for the next configuration, or has the group adopt that.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The configuration that the group has taken by this step; null when it was none.</returns>
    public async Task<Configuration?> StepAsync(CancellationToken cancellation)
    {
        Doing = FollowStep.AskGroup;
        long adopted = _adopted ??= await own.ReadAdoptedAsync(cancellation);
        long known = adopted == None ? _withoutGroup : adopted;
        Doing = FollowStep.AskMasters;
        if (_latest <= known)
            _latest = await masters.WaitAsync(known, cancellation);
        if (_latest <= known)
            return null;
        Configuration next = await masters.ReadAsync(known + 1, cancellation);
        if (adopted == None && next.Find(group) is null)
        {
            _withoutGroup = next.Number;
            return null;
        }

        Doing = FollowStep.TellGroup;
        _adopted = await own.AdoptAsync(next, cancellation);
        return next;
    }

    /// <summary>A step failed: the group and the masters are asked again how things are.</summary>
    public void Forget()
    {
        _adopted = null;
        _latest = 0;
    }
}
