using System.Text;
using PaxosShard.Hashing;

namespace PaxosShard.Simulator.Moves.Clients;

/// <summary>Names by their arcs, so that a run can use few arcs and have much in them. The same in every run.</summary>
internal static class ArcNames
{
    // About fifty for each arc, and twenty for the one that has fewest.
    private const int Names = 200_000;

    private static readonly Lazy<List<string>[]> _byArc = new(Find);

    /// <summary>How many names of an arc there are.</summary>
    public static int CountIn(int arc) => _byArc.Value[arc].Count;

    /// <summary>A name in an arc.</summary>
    /// <param name="arc">The arc.</param>
    /// <param name="number">Which one, from 0.</param>
    public static string In(int arc, int number) => _byArc.Value[arc][number];

    /// <summary>The arc of a name.</summary>
    public static Arc ArcOf(string name) => Arc.Of(Encoding.UTF8.GetBytes(name));

    private static List<string>[] Find()
    {
        List<string>[] byArc = new List<string>[Arc.Count];
        for (int arc = 0; arc < byArc.Length; arc++)
            byArc[arc] = [];
        for (int number = 0; number < Names; number++)
        {
            string name = $"n{number}";
            byArc[ArcOf(name).Number].Add(name);
        }

        return byArc;
    }
}
