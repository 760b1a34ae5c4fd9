using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Simulator.Moves.Bursts;
using PaxosShard.Simulator.Moves.Calls;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Clients;

/// <summary>Fills the arcs of a run with keys that nobody uses, before anything goes wrong: so many that nothing is copied, emptied or dropped in one part.</summary>
internal static class Crowd
{
    private const int Client = -1;
    private const long LongestStart = 5_000_000;
    private const long Lifetime = 60_000;

    /// <summary>Fills them, once they are served.</summary>
    public static void Fill(MoveWorld world)
    {
        world.Run(LongestStart, () => world.Options.Arcs.All(arc => IsServed(world, new Arc(arc))));
        long number = 0;
        foreach (int arc in world.Options.Arcs)
        {
            int end = ArcNames.CountIn(arc) - (world.Options.BurstClients > 0 ? BurstDraw.NamesPerArc : 0);
            for (int name = world.Options.KeysPerArc + world.Options.RoomsPerArc; name < end; name++)
                Put(world, arc, ArcNames.In(arc, name), ++number);
        }
    }

    private static bool IsServed(MoveWorld world, Arc arc) => world.Shards.Any(log => world.Checks.Serving.Serves(log.Group, arc));

    private static void Put(MoveWorld world, int arc, string key, long number)
    {
        if (world.Shards.FirstOrDefault(log => world.Checks.Serving.Serves(log.Group, new Arc(arc))) is not { } owner)
            return;
        ClientOperation operation = new(Client, life: number, number, KeyCommand.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{CopySpoiler.Mark}0.crowd>")).Encode());
        ClientRequest request = new(new SessionId((UInt128.MaxValue >> 1) - (UInt128)number), new SequenceNumber(1), SequenceNumber.None, new SequenceNumber(1), operation.Command) { Expiry = owner.LogTimeNow + Lifetime };
        world.Checks.Executions.OnSent(operation, request);
        if (owner is GroupLog log)
            log.Execute(request);
        else
            owner.Take(request, static _ => { });
    }
}
