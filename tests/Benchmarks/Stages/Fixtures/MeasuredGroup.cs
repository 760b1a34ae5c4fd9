using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Benchmarks.Stages.Fixtures;

/// <summary>A primary and a follower of a group of three, whose third replica is away. Nothing passes between them once they have begun but what a stage passes on.</summary>
internal sealed class MeasuredGroup
{
    private const int MostTurns = 1000;
    private const int RunsToFill = 8;
    private const long Wall = 1_800_000_000_000;

    private static readonly ReplicaId _primaryPlace = new(0);
    private static readonly ReplicaId _followerPlace = new(1);
    private static readonly ClientHandle _client = new(1);

    private readonly RequestSource _requests = new();
    private long _milliseconds = 1;

    /// <summary>A group that serves, with nothing in its log but the entry that opens the view.</summary>
    public MeasuredGroup()
    {
        Primary.Step([Input.PeerConnected(_followerPlace)], Now);
        Follower.Step([Input.PeerConnected(_primaryPlace)], Now);
        for (int turn = 0; !Primary.Core.IsServing || Follower.Core.Executed != Primary.Core.Executed || Primary.Core.Executed == Slot.Zero; turn++)
        {
            if (turn == MostTurns)
                throw new InvalidOperationException("the group does not begin to serve");
            Exchange();
            Primary.Tick(Now);
            Follower.Tick(Now);
        }
    }

    /// <summary>The primary.</summary>
    public MeasuredReplica Primary { get; } = new(_primaryPlace);

    /// <summary>The follower.</summary>
    public MeasuredReplica Follower { get; } = new(_followerPlace);

    /// <summary>What the clocks show.</summary>
    public Instant Now => new(Wall + _milliseconds, _milliseconds);

    /// <summary>A millisecond goes by.</summary>
    public void Later() => _milliseconds++;

    /// <summary>The next requests, as inputs of the primary.</summary>
    public List<Input> Requests(int count) => [.. _requests.Next(count, Primary.Core.LogTimeNow).Select(static request => Input.FromClient(_client, request))];

    /// <summary>A follower's vote for everything up to a slot.</summary>
    public Input Vote(Slot slot) => Input.FromPeer(_followerPlace, new Accepted(Primary.Core.View, slot, IsAboveHole: false));

    /// <summary>A message of the primary.</summary>
    public static Input FromPrimary(Message message) => Input.FromPeer(_primaryPlace, message);

    /// <summary>Has the primary propose a run of messages.</summary>
    /// <param name="batch">Messages of each entry.</param>
    public void Propose(int batch)
    {
        Later();
        for (int proposed = 0; proposed < Bodies.Stage.Messages; proposed += batch)
            Primary.Step([.. Requests(batch)], Now);
    }

    /// <summary>The primary's log is durable, and nobody has decided more than before.</summary>
    public void SyncPrimary()
    {
        if (Primary.TrySync(out Input synced))
            Primary.Step([synced], Now);
    }

    /// <summary>The primary's log is durable, a follower has everything, and all of it is executed at the primary.</summary>
    public void DecideAll()
    {
        SyncPrimary();
        Slot last = Primary.Core.Accepted;
        Primary.Step([Vote(last)], Now);
        while (Primary.Core.HasMoreToDecide)
            Primary.Step([], Now);
        Primary.Sent.Clear();
    }

    /// <summary>Fills the rooms, so that each further message has another one trimmed, as in a group that has run for a while.</summary>
    /// <param name="run">Has one run of messages executed.</param>
    public static void Fill(Action run)
    {
        for (int index = 0; index < RunsToFill; index++)
            run();
    }

    private void Exchange()
    {
        bool hasMoved;
        do
        {
            Later();
            hasMoved = Move(Primary, Follower, _primaryPlace, _followerPlace) | Move(Follower, Primary, _followerPlace, _primaryPlace);
        }
        while (hasMoved);
    }

    private bool Move(MeasuredReplica from, MeasuredReplica to, ReplicaId sender, ReplicaId receiver)
    {
        bool hasSynced = from.TrySync(out Input synced);
        if (hasSynced)
            from.Step([synced], Now);
        Outgoing[] sent = [.. from.Sent];
        from.Sent.Clear();
        foreach (Outgoing outgoing in sent.Where(outgoing => outgoing.To == receiver))
            to.Step([Input.FromPeer(sender, outgoing.Message)], Now);
        return hasSynced || sent.Length > 0;
    }
}
