using System.Diagnostics.CodeAnalysis;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// C7: a follow is answered in the very step in which its replica executes what it waits for, at the latest when its time is over,
/// and never after its client has gone. A replica that serves no more answers it too; so no follow is ever forgotten.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="options">Bounds of the waiting time.</param>
public sealed class FollowChecker(CheckContext context, GroupOptions options)
{
    private readonly ReplicaFollows[] _replicas = MakeReplicas(context.MachineCount);
    private readonly List<IReadOnlyList<(string Room, long Number)>> _sentIn = [];

    /// <summary>Follows that wait at a replica.</summary>
    public int WaitingAt(int replica) => _replicas[replica].Waiting.Values.Sum(static copies => copies.Count);

    /// <summary>A slot was executed for the first time; slots come in order.</summary>
    public void OnExecuted(IReadOnlyList<SentMessage> sent) =>
        _sentIn.Add(sent.Count == 0 ? [] : [.. sent.Select(static message => (message.Room, message.Number))]);

    /// <summary>A replica starts: it has executed again what its disk knew to be decided.</summary>
    public void OnStarted(int replica, Slot executed)
    {
        _replicas[replica] = new ReplicaFollows();
        for (long slot = 1; slot <= executed.Number; slot++)
            OnDecision(replica, new Slot(slot));
    }

    /// <summary>A replica executed a slot.</summary>
    public void OnDecision(int replica, Slot slot)
    {
        if (slot.Number > _sentIn.Count)
            return;
        foreach ((string room, long number) in _sentIn[(int)slot.Number - 1])
            _replicas[replica].LastOf[room] = number;
        _replicas[replica].HasNews = true;
    }

    /// <summary>A replica goes on with a state in which everything up to a slot has been executed.</summary>
    public void OnReplaced(int replica, Slot before, Slot slot)
    {
        for (Slot skipped = before.Next; skipped <= slot; skipped = skipped.Next)
            OnDecision(replica, skipped);
    }

    /// <summary>A request enters a core.</summary>
    public void OnRequest(int replica, in Input input)
    {
        if (!TryRead(input.Request.Command.Span, out FollowRoomQuery? query))
            return;
        ReplicaFollows follows = _replicas[replica];
        long ticks = Math.Clamp(query.WaitMilliseconds, 0, options.LongestWaitMilliseconds) / options.TickMilliseconds;
        FollowKey key = new(input.Client.Number, input.Request.Session, input.Request.Sequence.Number);
        // A follow that is asked once more waits twice, and is answered twice.
        if (!follows.Waiting.TryGetValue(key, out Queue<Follow>? copies))
            follows.Waiting.Add(key, copies = new Queue<Follow>());
        copies.Enqueue(new Follow(query.Room, query.From, follows.Tick + ticks));
        follows.HasNews = true;
    }

    /// <summary>A client's connection is gone; what came before that in the same step may still be answered in it.</summary>
    public void OnClientGone(int replica, ClientHandle client)
    {
        ReplicaFollows follows = _replicas[replica];
        foreach (FollowKey key in follows.Waiting.Keys.Where(key => key.Client == client.Number).ToArray())
        {
            follows.Waiting.Remove(key);
            follows.HasNews = true;
            follows.GoneInStep.Add(key);
        }
    }

    /// <summary>A tick of a replica's time goes by.</summary>
    public void OnTicked(int replica)
    {
        _replicas[replica].Tick++;
        _replicas[replica].HasNews = true;
    }

    /// <summary>A reply leaves a replica.</summary>
    public void OnReply(int replica, Reply reply)
    {
        FollowKey key = new(reply.Client.Number, reply.Message.Session, reply.Message.Sequence.Number);
        ReplicaFollows follows = _replicas[replica];
        if (follows.TryTake(key, out Follow? follow) && reply.Message.Status == ReplyStatus.Ok)
            context.Marks.Reach(follows.EndOf(follow.Room) >= follow.From ? Mark.FollowAnswered : Mark.FollowExpired);
        if (follows.Gone.Contains(key))
            context.Report("C7", $"r{replica} answers a follow of {reply.Client}, which is gone");
    }

    /// <summary>A step of a replica is over.</summary>
    public void OnStepped(int replica)
    {
        ReplicaFollows follows = _replicas[replica];
        if (!follows.HasNews)
            return;
        follows.HasNews = false;
        follows.Gone.UnionWith(follows.GoneInStep);
        follows.GoneInStep.Clear();
        foreach ((FollowKey key, Follow follow) in follows.All())
        {
            long last = follows.EndOf(follow.Room);
            if (last >= follow.From)
                context.Report("C7", $"r{replica} lets client {key.Client} wait for number {follow.From} of {follow.Room}, of which it has executed {last}");
            else if (follow.ExpiresAtTick <= follows.Tick)
                context.Report("C7", $"r{replica} lets client {key.Client} wait for number {follow.From} of {follow.Room} after its time is over");
        }
    }

    /// <summary>The process is gone.</summary>
    public void OnStopped(int replica) => _replicas[replica] = new ReplicaFollows();

    private static bool TryRead(ReadOnlySpan<byte> command, [NotNullWhen(true)] out FollowRoomQuery? query)
    {
        query = !command.IsEmpty && command[0] == (byte)CommandKind.FollowRoom ? FollowRoomQuery.Decode(command) : null;
        return query is not null;
    }

    private static ReplicaFollows[] MakeReplicas(int count)
    {
        ReplicaFollows[] replicas = new ReplicaFollows[count];
        for (int index = 0; index < count; index++)
            replicas[index] = new ReplicaFollows();
        return replicas;
    }

    private readonly record struct FollowKey(long Client, SessionId Session, long Sequence);

    private sealed record Follow(string Room, long From, long ExpiresAtTick);

    private sealed class ReplicaFollows
    {
        public Dictionary<FollowKey, Queue<Follow>> Waiting { get; } = [];

        public HashSet<FollowKey> Gone { get; } = [];

        public HashSet<FollowKey> GoneInStep { get; } = [];

        public Dictionary<string, long> LastOf { get; } = new(StringComparer.Ordinal);

        public long Tick { get; set; }

        public bool HasNews { get; set; }

        public IEnumerable<(FollowKey Key, Follow Follow)> All() =>
            Waiting.SelectMany(static waiting => waiting.Value, static (waiting, follow) => (waiting.Key, follow));

        public bool TryTake(FollowKey key, [NotNullWhen(true)] out Follow? follow)
        {
            follow = null;
            if (!Waiting.TryGetValue(key, out Queue<Follow>? copies))
                return false;
            follow = copies.Dequeue();
            if (copies.Count == 0)
                Waiting.Remove(key);
            return true;
        }

        public long EndOf(string room) => LastOf.GetValueOrDefault(room);
    }
}
