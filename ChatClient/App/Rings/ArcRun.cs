using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Rings;

/// <summary>Arcs in a row that have one owner.</summary>
/// <param name="First">The number of the first.</param>
/// <param name="Count">How many.</param>
/// <param name="Owner">Whose they are; <see cref="GroupId.None"/> for nobody's.</param>
internal readonly record struct ArcRun(int First, int Count, GroupId Owner)
{
    /// <summary>All arcs of a configuration, from arc 0 on, in as few runs as there can be.</summary>
    public static IReadOnlyList<ArcRun> AllOf(Configuration configuration)
    {
        List<ArcRun> runs = [];
        int first = 0;
        for (int arc = 1; arc <= Arc.Count; arc++)
        {
            GroupId owner = configuration.OwnerOf(new Arc(first));
            if (arc < Arc.Count && configuration.OwnerOf(new Arc(arc)) == owner)
                continue;
            runs.Add(new ArcRun(first, arc - first, owner));
            first = arc;
        }

        return runs;
    }
}
