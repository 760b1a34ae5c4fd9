using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Replica.Sharding.Lanes;

/// <summary>What a driver knows of its group, of the masters' jobs and of configurations. All of it can be asked again: it only spares questions.</summary>
/// <param name="group">The group.</param>
internal sealed class Knowledge(GroupId group)
{
    // As many as are looked at together, and one more: they may be large.
    private const int MostConfigurations = 4;

    private readonly List<Configuration> _configurations = [];
    private long _settled;

    /// <summary>The group.</summary>
    public GroupId Group => group;

    /// <summary>What the masters said last of their jobs; null for nothing yet.</summary>
    public WatchJobResult? News { get; private set; }

    /// <summary>What the group said last of itself; null for nothing yet.</summary>
    public MovesResult? Own { get; private set; }

    /// <summary>How often there was a reason to ask the group again, the beginning included.</summary>
    public long Doubts { get; private set; } = 1;

    /// <summary>The group was asked since there last was a reason to.</summary>
    public bool IsOwnCertain => _settled == Doubts;

    /// <summary>Up to this number no configuration names the group, as far as they were read one by one. They never change.</summary>
    public long WithoutGroup { get; private set; }

    /// <summary>Takes news of jobs, unless they are older than what is known: one master may be behind another.</summary>
    /// <returns>They go further than what was known.</returns>
    public bool Take(WatchJobResult news)
    {
        bool isFurther = News is null || news.Position > News.Position;

        // At the same position, who has reported may be new.
        if (isFurther || news.Position == News!.Position)
            News = news;
        return isFurther;
    }

    /// <summary>Takes what the group said of itself, unless it is older than what is known: answers may overtake each other.</summary>
    public void Take(MovesResult own)
    {
        if (Own is null || own.Revision >= Own.Revision)
            Own = own;
    }

    /// <summary>The group has to be asked again how things are.</summary>
    public void Doubt() => Doubts++;

    /// <summary>The group was asked.</summary>
    /// <param name="doubts">What <see cref="Doubts"/> was when the question began: what came up since is not settled by the answer.</param>
    public void Settle(long doubts) => _settled = doubts;

    /// <summary>A configuration by its number; null when it has to be read.</summary>
    public Configuration? Find(long number) => number == 0 ? Configuration.Zero : _configurations.Find(configuration => configuration.Number == number);

    /// <summary>Keeps a configuration that was read; the one that was read first is forgotten when there are too many.</summary>
    public void Keep(Configuration configuration)
    {
        if (configuration.Number == WithoutGroup + 1 && configuration.Find(group) is null)
            WithoutGroup = configuration.Number;
        _configurations.RemoveAll(kept => kept.Number == configuration.Number);
        _configurations.Add(configuration);
        if (_configurations.Count > MostConfigurations)
            _configurations.RemoveAt(0);
    }
}
