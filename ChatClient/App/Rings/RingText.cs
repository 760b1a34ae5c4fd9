using System.Globalization;
using System.Text;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Rings;

/// <summary>
/// A configuration as lines for people: the ring, unrolled into a few rows of marks, and a table of the shards. Each mark is that of the shard that has most of its arcs. Pure.
/// </summary>
/// <param name="configuration">The configuration.</param>
/// <param name="hasColours">The terminal shows colours and the user wants them.</param>
internal sealed class RingText(Configuration configuration, bool hasColours)
{
    /// <summary>How many arcs one mark stands for.</summary>
    public const int ArcsPerMark = 16;

    private const int MarksPerRow = 64;
    private const char Nobody = '.';

    private readonly IReadOnlyList<ShardShare> _shares = ShardShare.AllOf(configuration);

    /// <summary>The lines.</summary>
    public IEnumerable<string> Lines()
    {
        yield return $"configuration {configuration.Number} of job {configuration.Job}, {Spoken.Count(configuration.Shards.Count, "shard")}, hash {configuration.Hash:x16}; a mark is {ArcsPerMark} arcs";
        for (int first = 0; first < Arc.Count; first += ArcsPerMark * MarksPerRow)
            yield return Row(first);
        Table table = new("MARK", "GROUP", "POINTS", "ARCS", "SHARE", "ADDRESSES");
        foreach (ShardShare share in _shares)
        {
            table.Add(
                $"{share.Look.Mark}", Text(share.Shard.Group.Number), Text(share.Shard.Points), Text(share.Arcs), share.ShareText, string.Join(',', share.Shard.Addresses));
        }

        foreach (string line in table.Lines())
            yield return line;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private string Row(int first)
    {
        StringBuilder row = new();
        row.Append(CultureInfo.InvariantCulture, $"{first,4}  ");
        int colour = 0;
        for (int mark = 0; mark < MarksPerRow; mark++)
        {
            GroupId owner = MainOwner(first + (mark * ArcsPerMark));
            ShardShare? share = _shares.FirstOrDefault(share => share.Shard.Group == owner);
            int wanted = share?.Look.TerminalColour ?? 0;
            if (hasColours && wanted != colour)
                row.Append(wanted == 0 ? "\u001b[0m" : $"\u001b[38;5;{wanted}m");
            colour = wanted;
            row.Append(share?.Look.Mark ?? Nobody);
        }

        if (hasColours && colour != 0)
            row.Append("\u001b[0m");
        return row.ToString();
    }

    /// <summary>Who has most of the arcs of a mark; of several the lowest group.</summary>
    private GroupId MainOwner(int first) => Enumerable.Range(first, ArcsPerMark)
        .Select(arc => configuration.OwnerOf(new Arc(arc)))
        .GroupBy(static owner => owner)
        .OrderByDescending(static owned => owned.Count())
        .ThenBy(static owned => owned.Key.Number)
        .First().Key;
}
