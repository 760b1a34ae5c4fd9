using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Moves;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Simulator.Moves.Ordered;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Whole;

/// <summary>
/// A group of a cluster, a shard's or the masters', with everything that it has: replicas with the product's engine, their disks and snapshots, and the network between them. Clients and drivers reach
/// each replica at an address of its own.
/// </summary>
internal sealed class ReplicatedGroup : SimulatedGroup, IExecutionJudge
{
    // Far above the numbers of connections, which the group's own network draws.
    private const long FirstHandle = 1L << 40;

    private readonly MoveWorld _world;
    private readonly Dictionary<long, Pending> _pending = [];
    private readonly Dictionary<(int Replica, long Life), GroupAsker> _askers = [];
    private readonly Dictionary<ClientHandle, GroupAsker> _told = [];
    private readonly ReplicaEnd[] _ends;
    private readonly ReplicaTerms _terms;
    private long _handles = FirstHandle;

    // By how much log time was ahead of virtual time when a replica told it last, milliseconds: clocks may have jumped before there was any.
    private long _heard;

    /// <summary>A group whose replicas start now, with nothing on their disks.</summary>
    /// <param name="world">What it lives in.</param>
    /// <param name="group">Its number.</param>
    /// <param name="options">What it is made of, but for what it has in common with the other groups.</param>
    /// <param name="clockAhead">How far its clocks are ahead, milliseconds.</param>
    /// <param name="machines">The machines that its replicas share with those of other groups; null for machines of their own.</param>
    public ReplicatedGroup(MoveWorld world, GroupId group, ClusterOptions options, long clockAhead, SharedMachines? machines = null)
        : base(group, AddressesOf(group, options.ReplicaCount))
    {
        _world = world;
        _heard = ReplicaSetting.Beginning + clockAhead;
        Cluster = new Cluster(options with
        {
            Judge = this,
            Shared = new SharedRun(world.Time.Queue, world.Trace, world.Violations) { DiskOf = place => machines?.DiskOf(place) },
            Name = $"{group} ",
            Log = world.Options.Log,
            IsLogFull = false,
        });
        Cluster.SetReplySink(OnReply);
        Cluster.SetGroupSink(OnGroupNotes);
        _ends = [.. Cluster.Replicas.Select(replica => new ReplicaEnd(this, replica))];
        for (int place = 0; place < _ends.Length; place++)
            world.Listen(Addresses[place], this, _ends[place]);
        _terms = new ReplicaTerms(world, this);
        if (machines is null)
            Cluster.StartAll();
        else
            machines.Add(Cluster);
        _terms.Watch();
    }

    /// <summary>Its replicas, their disks and their network.</summary>
    public Cluster Cluster { get; }

    /// <summary>Who drives for it.</summary>
    public ReplicaTerms Terms => _terms;

    /// <inheritdoc/>
    public override ReplicatedState State => Cluster.Checks.State;

    /// <inheritdoc/>
    public override bool IsUp => Cluster.Replicas.Any(static replica => replica.IsRunning);

    /// <inheritdoc/>
    public override long LogTimeNow => _heard + _world.Time.Milliseconds;

    /// <summary>A request arrives at whoever leads, or else at anybody: as a client sends it that has looked for the primary.</summary>
    public override void Take(ClientRequest request, Action<ClientReply> answer)
    {
        ReplicaEnd[] up = [.. _ends.Where(static end => end.IsUp)];
        if (up.Length > 0)
            (up.FirstOrDefault(end => end.Replica == _terms.Leader) ?? up[_world.Network.Choose(up.Length)]).Take(request, answer);
    }

    /// <inheritdoc/>
    public override void Take(OrderedRequest request, Action<ClientReply> answer)
    {
        ReplicaEnd[] up = [.. _ends.Where(static end => end.IsUp)];
        if (up.Length > 0)
            (up.FirstOrDefault(end => end.Replica == _terms.Leader) ?? up[_world.Network.Choose(up.Length)]).Take(request, answer);
    }

    /// <inheritdoc/>
    public override void Take(GroupNotes notes, GroupAsker asker)
    {
        foreach (ReplicaEnd end in _ends.Where(static end => end.IsUp))
            end.Take(notes, asker);
    }

    /// <summary>The process of a replica is gone: connections to it break, and no answer of it comes any more.</summary>
    public void OnGone(SimulatedReplica replica)
    {
        foreach ((long handle, Pending pending) in _pending.Where(pending => pending.Value.Replica == replica).ToArray())
            _pending.Remove(handle);
        _world.Break(_ends[replica.Index]);
    }

    /// <inheritdoc/>
    public void OnExecuted(ReplicatedState state, Entry entry, IReadOnlyList<ClientReply> replies) => _world.Checks.OnExecuted(this, entry, replies);

    private static string[] AddressesOf(GroupId group, int replicas) =>
        [.. Enumerable.Range(0, replicas).Select(place => group == GroupId.Masters ? $"masters-r{place}:1" : $"shard-{group.Number}-r{place}:1")];

    private void Ask(SimulatedReplica replica, ClientRequest request, Action<ClientReply> answer)
    {
        Cluster.Checks.Requests.OnSent(request);
        long handle = ++_handles;
        _pending.Add(handle, new Pending(replica, request, answer, _world.Checks.Now));
        replica.Ask(Input.FromClient(new ClientHandle(handle), request));
    }

    private void Ask(SimulatedReplica replica, OrderedRequest ordered, Action<ClientReply> answer)
    {
        // In the log it stands with its predecessor or without, as that stood when it was taken in.
        Cluster.Checks.Requests.OnSent(ordered.Request);
        Cluster.Checks.Requests.OnSent(ordered.Request with { Previous = SequenceNumber.None });
        long handle = ++_handles;
        _pending.Add(handle, new Pending(replica, ordered.Request, answer, _world.Checks.Now));
        replica.Ask(Input.FromClient(new ClientHandle(handle), ordered));
    }

    // A replica asks for as long as it lives, and is told on the same way back.
    private void OnGroupNotes(SimulatedReplica replica, IReadOnlyList<GroupQuestion> questions, IReadOnlyList<GroupAnswer> answers)
    {
        long life = replica.Lives;
        if (!_askers.TryGetValue((replica.Index, life), out GroupAsker? self))
        {
            self = _world.Post.NewAsker(notes =>
            {
                if (replica.IsListening && replica.Lives == life)
                    replica.Ask(Input.FromGroup(default, notes));
            });
            _askers.Add((replica.Index, life), self);
        }

        foreach (GroupQuestion question in questions)
            _world.Post.Ask(self, in question);
        foreach (GroupAnswer answer in answers)
            _told.GetValueOrDefault(answer.Asker)?.Take(new GroupNotes([answer.Note]));
    }

    private void OnReply(ClientHandle client, ClientReply reply)
    {
        if (!_pending.Remove(client.Number, out Pending? pending))
            return;
        if (reply.Status is ReplyStatus.Redirect or ReplyStatus.NoQuorum or ReplyStatus.Superseded or ReplyStatus.Busy or ReplyStatus.OutOfOrder)
        {
            // Nothing is said of what has run.
        }
        else if (pending.Request.Session == SessionId.None)
        {
            _world.Checks.OnRead(this, pending.Request, in reply, pending.Since);
        }
        else
        {
            _world.Checks.OnAnswered(this, pending.Request, in reply);
        }

        if (reply.LogTime > 0)
            _heard = reply.LogTime - _world.Time.Milliseconds;
        pending.Answer(reply);
    }

    /// <summary>A request that a replica has, and whom to answer.</summary>
    private sealed record Pending(SimulatedReplica Replica, ClientRequest Request, Action<ClientReply> Answer, long Since);

    /// <summary>Where clients connect to one replica.</summary>
    private sealed class ReplicaEnd(ReplicatedGroup group, SimulatedReplica replica) : IGroupEndpoint
    {
        public SimulatedReplica Replica => replica;

        public GroupId Group => group.Group;

        public bool IsUp => replica is { IsMachineUp: true, IsReading: true, IsRunning: true };

        public void Take(ClientRequest request, Action<ClientReply> answer)
        {
            if (replica is { IsMachineUp: true, IsListening: true })
                group.Ask(replica, request, answer);
        }

        public void Take(OrderedRequest request, Action<ClientReply> answer)
        {
            if (replica is { IsMachineUp: true, IsListening: true })
                group.Ask(replica, request, answer);
        }

        public void Take(GroupNotes notes, GroupAsker asker)
        {
            if (replica is not { IsMachineUp: true, IsListening: true })
                return;
            group._told[asker.Handle] = asker;
            replica.Ask(Input.FromGroup(asker.Handle, notes));
        }
    }
}
