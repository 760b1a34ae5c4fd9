using System.Globalization;
using PaxosShard.Hashing;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Verbs.Shards;

/// <summary>Numbers of shards, arcs and jobs as people write them. Pure.</summary>
internal static class ShardWords
{
    private const string DirectoryPrefix = "shard-";

    /// <summary>A shard: <c>3</c>, or <c>shard-3</c> as its directory is called.</summary>
    /// <exception cref="ReportedException">It is none.</exception>
    public static GroupId ParseShard(string word)
    {
        string digits = word.StartsWith(DirectoryPrefix, StringComparison.Ordinal) ? word[DirectoryPrefix.Length..] : word;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 && number < GroupId.Masters.Number
            ? new GroupId(number)
            : throw new ReportedException(ErrorKinds.Usage, $"'{word}' is no number of a shard: they are 1 to {GroupId.Masters.Number - 1}");
    }

    /// <summary>A job: <c>3</c>.</summary>
    /// <exception cref="ReportedException">It is none.</exception>
    public static long ParseJob(string word) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0
            ? number
            : throw new ReportedException(ErrorKinds.Usage, $"'{word}' is no number of a job: they begin at 1");

    /// <summary>Arcs: numbers and ranges with both ends, <c>7</c> or <c>0-127</c>, with commas between or in words of their own.</summary>
    /// <returns>The numbers, ascending, each once.</returns>
    /// <exception cref="ReportedException">One of them is none.</exception>
    public static IReadOnlyList<int> ParseArcs(IEnumerable<string> words)
    {
        SortedSet<int> arcs = [];
        foreach (string part in words.SelectMany(static word => word.Split(',')))
        {
            string[] ends = part.Split('-');
            int first = ParseArc(ends[0], part);
            int last = ends.Length switch
            {
                1 => first,
                2 => ParseArc(ends[1], part),
                _ => throw NoArcs(part),
            };
            if (last < first)
                throw NoArcs(part);
            arcs.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return [.. arcs];
    }

    private static int ParseArc(string digits, string part) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int arc) && arc < Arc.Count ? arc : throw NoArcs(part);

    private static ReportedException NoArcs(string part) =>
        new(ErrorKinds.Usage, $"'{part}' is no arc and no range of arcs: write 7 or 0-127; they are 0 to {Arc.Count - 1}");
}
