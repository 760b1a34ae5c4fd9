using System.Text;
using PaxosShard.Client.Core.Ordered;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios.Ordered;

/// <summary>
/// A client that wants a1 at shard 1 and then b2 at shard 2, which gets its place before a1 takes effect. What shard 1 tells of that is kept back until the script lets it through.
/// </summary>
internal sealed class GatedScript
{
    private readonly List<Action> _kept = [];
    private readonly List<Action> _aside = [];
    private readonly OrderedLine _line = new();
    private bool _isAsked;
    private Predicate<GroupNote> _keeps = static note => note is { Kind: GroupNoteKind.State, State: OperationState.Firm or OperationState.Over };

    /// <summary>The shards, and a client that knows them.</summary>
    /// <param name="shards">How many shards.</param>
    public GatedScript(int shards = 2)
    {
        Base = new OrderedScript(shards);
        Client = Base.NewClient(1);
        Post.Tap = Keep;
    }

    /// <summary>The shards.</summary>
    public OrderedScript Base { get; }

    /// <summary>The client.</summary>
    public ScriptedMoveClient Client { get; }

    /// <summary>Its session.</summary>
    public OrderedLine Line => _line;

    /// <summary>What was found wrong.</summary>
    public IReadOnlyList<Violation> Violations => Base.Violations;

    /// <summary>The key of a1.</summary>
    public string First => Base.Key(1, 1);

    /// <summary>The key of b2.</summary>
    public string Second => Base.Key(2, 2);

    private Moves.Ordered.GroupPost Post => Base.Script.World.Post;

    /// <summary>A shard.</summary>
    public GroupLog Shard(int number) => Base.Script.Shard(number);

    /// <summary>The client wants a1 and b2, and b2 waits in its queue.</summary>
    public void Begin()
    {
        Order();
        Base.Script.Await(5, "b2 has its place", () => QueuedAt(2) is not null);
    }

    /// <summary>The client wants a1 and b2.</summary>
    /// <returns>The call of b2.</returns>
    public OrderedCall Order()
    {
        // a1 comes when b2 was asked for: whoever asks later may hear nothing but that a1 has run.
        Func<OrderedRequest, bool>? holds = Client.HoldsOrdered;
        Client.HoldsOrdered = request => request.Request.Sequence.Number == 1 || holds?.Invoke(request) == true;
        Client.Order(_line, OrderedScript.Append(First, 1));
        OrderedCall second = Client.Order(_line, OrderedScript.Append(Second, 2));
        Base.Script.Await(5, "shard 1 is asked for a1", () => _isAsked);
        Client.HoldsOrdered = holds;
        Client.Release();
        return second;
    }

    /// <summary>b2 in its queue at a shard; null when it is in none there.</summary>
    public QueuedOperation? QueuedAt(int shard) => Shard(shard).State.Queues.Find(_line.Session, 2);

    /// <summary>Says which notes are kept back from now on.</summary>
    public void Keeps(Predicate<GroupNote> keeps) => _keeps = keeps;

    /// <summary>Everything is told from now on, and what was kept back is, too.</summary>
    public void Tell()
    {
        Post.Tap = null;
        TellKept();
    }

    /// <summary>The first time that shard 1 says that a1 has run, that is told, and nothing more.</summary>
    public void TellKeptWhenFirm()
    {
        Base.Script.Await(5, "it is said that a1 has run", () => _kept.Count > 0);
        TellKept();
    }

    /// <summary>The client wants a1 and b2, and calls b2 off when it has its place.</summary>
    public void BeginCalledOff()
    {
        OrderedCall second = Order();
        Base.Script.Await(5, "b2 has its place", () => QueuedAt(2) is not null);
        Client.CallOff(second);
    }

    /// <summary>What was kept back is told now.</summary>
    public void TellKept()
    {
        foreach (Action arrive in _kept.ToArray())
            arrive();
        _kept.Clear();
    }

    /// <summary>Both are done, each has run once, and nothing waits.</summary>
    public void ExpectBoth(int firstAt = 1, int secondAt = 2)
    {
        Base.ExpectDone(Client, 2, seconds: 90);
        Base.Pass(200);
        Base.Script.Expect(Base.Value(firstAt, First).Equals("1;", StringComparison.Ordinal), $"a1 has run once, and there is {Base.Value(firstAt, First)}");
        Base.Script.Expect(Base.Value(secondAt, Second).Equals("2;", StringComparison.Ordinal), $"b2 has run once, and there is {Base.Value(secondAt, Second)}");
        Base.Script.Expect(Shard(1).State.Queues.Count + Shard(2).State.Queues.Count == 0, "nothing waits for its effect");
    }

    /// <summary>Somebody reads a key at a shard.</summary>
    /// <returns>What is answered, once it is; empty before.</returns>
    public List<string> Read(int shard, string key)
    {
        List<string> answers = [];
        ClientRequest query = new(SessionId.None, new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, KeyCommand.Get(Encoding.UTF8.GetBytes(key)).Encode());
        Shard(shard).Take(query, reply => answers.Add(reply.Status == ReplyStatus.Ok ? Encoding.UTF8.GetString(KeyResult.Decode(reply.Payload.Span).Value.Span) : $"{reply.Status}"));
        return answers;
    }

    /// <summary>Somebody else appends to a key.</summary>
    /// <returns>Its answers; the request is done when there is one.</returns>
    public List<ReplyStatus> Write(ScriptedMoveClient other, string key, long number)
    {
        List<ReplyStatus> answers = [];
        PaxosShard.Client.Core.Requests.Request request = other.Change(OrderedScript.Append(key, number));
        Base.Script.World.Time.After(1000, Look);
        return answers;

        void Look()
        {
            if (other.OutcomeOf(request) is null)
                Base.Script.World.Time.After(1000, Look);
            else
                answers.Add(other.OutcomeOf(request) == PaxosShard.Client.Core.Outcome.Done ? ReplyStatus.Ok : ReplyStatus.Busy);
        }
    }

    /// <summary>What was kept back until now is told on its own.</summary>
    public void SetAside()
    {
        _aside.AddRange(_kept);
        _kept.Clear();
    }

    /// <summary>What was set aside is told now.</summary>
    public void TellAside() => _aside.ForEach(static arrive => arrive());

    private bool Keep(GroupNotes notes, Action arrive)
    {
        _isAsked |= notes.Notes.Any(note => note.Session == _line.Session && note is { Kind: GroupNoteKind.State, State: OperationState.Absent });
        if (!notes.Notes.Any(note => note.Session == _line.Session && _keeps(note)))
            return false;
        _kept.Add(arrive);
        return true;
    }
}
