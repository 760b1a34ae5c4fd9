using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Replica.Core;
using PaxosShard.Simulator.Clients;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Scenarios;

/// <content>Members that are replaced (rule 13). Machines that come for a place are numbered behind the founders, in the order in which they come.</content>
public sealed partial class Scenario
{
    /// <summary>A machine with an empty disk comes for a member, and is started.</summary>
    /// <param name="place">Whose place it is to have.</param>
    /// <returns>Its number.</returns>
    public int Newcomer(int place)
    {
        foreach (SimulatedReplica machine in Cluster.Replicas.Where(machine => machine.Place == place))
            machine.IsBeingReplaced = true;
        SimulatedReplica newcomer = Cluster.AddNewcomer(place);
        newcomer.Start();
        return newcomer.Index;
    }

    /// <summary>A machine is lost with its disk.</summary>
    public Scenario Lose(int replica)
    {
        Cluster.Replicas[replica].LoseForGood();
        return this;
    }

    /// <summary>What an operator asks for who wants a newcomer to be a member and has seen this member list.</summary>
    public ReplaceMemberCommand ReplacementBy(int newcomer, long list) =>
        new(list, new ReplicaId(Cluster.Replicas[newcomer].Place), Cluster.Replicas[newcomer].Identity, ClientConnections.AddressOf(newcomer));

    /// <summary>An operator asks for it until it is answered that the newcomer is a member.</summary>
    /// <param name="newcomer">The newcomer.</param>
    /// <param name="list">The member list that the operator has seen.</param>
    public Scenario Replace(int newcomer, long list = 0)
    {
        CoreClient client = NewCoreClient();
        Request request = client.Replace(ReplacementBy(newcomer, list));
        return RunUntil($"r{newcomer} is a member", () => client.OutcomeOf(request) is not null)
            .Expect(client.OutcomeOf(request) is Outcome.Done, $"it was not refused: {client.ReasonOf(request)}");
    }

    /// <summary>The number of the member list that a replica has executed; -1 when it does not run.</summary>
    public long List(int replica) => Cluster.Replicas[replica].Core?.Members.Number ?? -1;

    /// <summary>A replica runs.</summary>
    public bool IsRunning(int replica) => Cluster.Replicas[replica].IsRunning;

    /// <summary>Waits until these replicas vote in the newest list, and have decided and executed the same, at least up to a slot.</summary>
    public Scenario Agree(long slot, params int[] replicas) => RunUntil(
        $"r{string.Join(", r", replicas)} agree up to slot {slot}",
        () => AgreeOn(slot, replicas) && replicas.All(replica => Cluster.Replicas[replica].Core is { Votes: true }),
        milliseconds: 10_000);

    /// <summary>Lets whoever leads decide some more values, until these replicas agree.</summary>
    public Scenario GoOn(int count, params int[] replicas)
    {
        RunUntil("somebody leads", () => Primary() >= 0 && List(Primary()) == Cluster.Checks.Lists.Newest.Number, milliseconds: 10_000);
        for (; count > 0 && !IsBroken; count--)
        {
            int primary = Primary();
            long next = Decided(primary) + 1;
            Send(primary, $"more {++_decidedByName}");
            RunUntil($"slot {next} is decided", () => Primary() >= 0 && Decided(Primary()) >= next);
        }

        return IsBroken ? this : Agree(Decided(Primary()), replicas);
    }

    /// <summary>These replicas have decided and executed the same, at least up to a slot.</summary>
    public bool AgreeOn(long slot, params int[] replicas) =>
        replicas.All(replica => Cluster.Replicas[replica].Core is { } core && core.Executed.Number >= slot && IsLike(core, replicas[0]));

    private bool IsLike(ReplicaCore core, int other) =>
        Cluster.Replicas[other].Core is { } known && known.Executed == core.Executed && known.StateHash == core.StateHash && known.Members.Hash == core.Members.Hash;
}
