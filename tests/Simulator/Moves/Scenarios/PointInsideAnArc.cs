using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Rings;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Calls;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>
/// Schedule 35: a shard joins, and its points stand in the middle of arcs. An arc is never parted: what is behind the point goes with what is before it. A naive ring looks at the hash of each key.
/// </summary>
internal static class PointInsideAnArc
{
    private const int Points = 16;

    public static IReadOnlyList<Violation> Run()
    {
        MoveScript script = new();
        GroupId joiner = new(3);
        Ring ring = new([.. Enumerable.Range(1, 3).Select(static number => new RingMember(new GroupId(number), Points))]);
        (Arc Arc, GroupId Owner, string Before, string Behind)[] parted = [.. ring.Points.Where(point => point.Shard == joiner).Select(point => Part(script, point)).OfType<(Arc, GroupId, string, string)>()];
        script.Expect(parted.Length > 3, "points stand in the middle of arcs");
        foreach ((_, GroupId owner, string before, string behind) in parted)
        {
            script.Append(owner.Number, before, "before");
            script.Append(owner.Number, behind, "behind");
        }

        script.World.Start();
        new JobOperator(script.World).Join(joiner);
        script.Await(30, "it joins", () => script.Latest.Number == 2 && script.World.Shards.All(log => script.World.Checks.Serving.MovesOf(log) is { Configuration: 2, Incoming.Count: 0, Outgoing.Count: 0 }));
        foreach ((Arc arc, GroupId owner, string before, string behind) in parted)
        {
            script.Expect(script.Latest.OwnerOf(arc) == joiner, $"arc {arc.Number} is that of the shard whose point is in it");
            foreach (string key in (string[])[before, behind])
            {
                script.Expect(script.Append(joiner.Number, key, " and more") == ReplyStatus.Ok, $"{key} is served by {joiner}");
                script.Expect(GroupReads.Key(script.Shard(owner.Number).State, key).Status == ReplyStatus.NotMyArc, $"and not by {owner} any more");
            }
        }

        return script.Violations;
    }

    /// <summary>A key before a point and one behind it, in one arc that begins before the point; null when there is none.</summary>
    private static (Arc Arc, GroupId Owner, string Before, string Behind)? Part(MoveScript script, RingPoint point)
    {
        Arc arc = Arc.OfHash(point.Position);
        string[] names = [.. Enumerable.Range(0, ArcNames.CountIn(arc.Number)).Select(number => ArcNames.In(arc.Number, number))];
        string? before = names.FirstOrDefault(name => StableHash64.Of(Encoding.UTF8.GetBytes(name)) < point.Position);
        string? behind = names.FirstOrDefault(name => StableHash64.Of(Encoding.UTF8.GetBytes(name)) > point.Position);
        return before is null || behind is null ? null : (arc, script.Latest.OwnerOf(arc), before, behind);
    }
}
