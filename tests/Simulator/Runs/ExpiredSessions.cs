using System.Text;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Runs;

/// <summary>
/// R3, for sessions: when the clients have gone and all that they sent has expired, the next request that is executed finds no session of theirs any more (rule 9). In runs whose
/// requests do not live long: the others would take minutes of virtual time for that.
/// </summary>
internal static class ExpiredSessions
{
    private const long LongestLifetime = 4_000;
    private const long Slack = 4_000;
    private const long Patience = 10_000;
    private const long Millisecond = 1_000;

    /// <summary>Sessions that a slot looks at, at least: with more of them one slot is not enough.</summary>
    private const int FewSessions = 1_000;

    /// <summary>Lets the sessions expire and sends one more request.</summary>
    /// <param name="cluster">The group, at rest.</param>
    /// <param name="isCore">Which machines work.</param>
    public static void Check(Cluster cluster, bool[] isCore)
    {
        long lifetime = cluster.Options.Clients.Select(static client => client.Core.Lifetime).DefaultIfEmpty().Max();

        // An operator's requests live as long as those of the product.
        if (cluster.Checks.Violations.IsBroken || cluster.Operator is not null || lifetime is 0 or > LongestLifetime)
            return;
        cluster.RunUntil(cluster.Queue.Now + (((2 * lifetime) + Slack) * Millisecond));
        ClientRequest last = new(new SessionId(UInt128.MaxValue >> 1), new SequenceNumber(1), SequenceNumber.None, new SequenceNumber(1), KeyCommand.Delete(Encoding.UTF8.GetBytes("rest")).Encode())
        {
            Expiry = Machines(cluster, isCore).Max(static replica => replica.Core?.LogTimeNow ?? 0) + (2 * Patience),
        };
        cluster.Checks.Requests.OnSent(last);
        Slot before = Machines(cluster, isCore).Select(static replica => replica.Core?.Executed ?? Slot.Zero).Max();

        // Whoever leads may be none of them: one that came back late works all the same.
        foreach (SimulatedReplica replica in cluster.Replicas)
            replica.Ask(Input.FromClient(new ClientHandle(long.MinValue), last));
        long deadline = cluster.Queue.Now + (Patience * Millisecond);
        while (!cluster.Checks.Violations.IsBroken && !Machines(cluster, isCore).All(replica => IsDone(replica, before)))
        {
            if (cluster.Queue.Now >= deadline)
            {
                string sessions = string.Join(", ", Machines(cluster, isCore).Select(static replica => $"r{replica.Index} has {replica.Core?.Occupancy.Sessions.Used}, executed {replica.Core?.Executed}"));
                cluster.Checks.Violations.Report("R3", $"sessions that have expired are there after another request behind {before}: {sessions}");
                return;
            }

            cluster.RunUntil(cluster.Queue.Now + (10 * Millisecond));
        }
    }

    private static bool IsDone(SimulatedReplica replica, Slot before) =>
        replica.Core is { } core && core.Executed > before && (core.Occupancy.Sessions.Used <= 1 || core.Occupancy.Sessions.Allowed > FewSessions);

    private static IEnumerable<SimulatedReplica> Machines(Cluster cluster, bool[] isCore) => cluster.Replicas.Where(replica => isCore[replica.Index]);
}
