using System.Globalization;
using System.Text;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node;
using PaxosShard.Tests.Unit.Core.Roles;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.Core.Scenarios;

/// <summary>
/// Plays a scenario that is written as text: lines that begin with &gt; are what happens, the lines below each are what the replicas did about
/// it, and # begins a remark. The replicas are the product's core and engine; the wire and the disks are the text's to move.
/// </summary>
/// <remarks>
/// <c>group N</c> makes the replicas and connects them; <c>deliver A B</c> hands B all that is on its way from A, in one step, <c>lose A B</c>
/// loses it; <c>sync A</c> makes durable what A has written; <c>settle</c> delivers and syncs until nothing is on its way, without a word;
/// <c>tick A N</c> lets N ticks go by at A; <c>kill A</c> ends A, which its peers notice; <c>open A</c> opens a session at A and <c>ask A X</c>
/// asks it for the command X, or for the read ?X; <c>state</c> shows all replicas.
/// </remarks>
internal sealed class ScenarioText
{
    private static readonly ClientHandle _client = new(1);

    private readonly StringBuilder _text = new();
    private ScenarioReplica[] _replicas = [];
    private SessionId _session = SessionId.None;
    private long _asked;

    /// <summary>Plays it.</summary>
    /// <param name="text">The scenario, with whatever it says that the replicas do.</param>
    /// <returns>The scenario, with what they do.</returns>
    public string Play(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            bool isOutput = line.StartsWith("    ", StringComparison.Ordinal);
            if (!isOutput)
                _text.Append(line).Append('\n');
            if (line.StartsWith("> ", StringComparison.Ordinal))
                Perform(line[2..].Split(' '));
        }

        return _text.ToString().TrimEnd('\n') + "\n";
    }

    private void Perform(string[] words)
    {
        ScenarioReplica Replica(int word) => _replicas[words[word][1] - '0'];
        switch (words[0])
        {
            case "group":
                Start(int.Parse(words[1], CultureInfo.InvariantCulture));
                break;
            case "deliver":
                Deliver(Replica(1), Replica(2));
                break;
            case "lose":
                Replica(1).TakeSentTo(Replica(2).Id);
                break;
            case "sync":
                Replica(1).Sync();
                break;
            case "settle":
                Settle();
                break;
            case "tick":
                for (int tick = int.Parse(words[2], CultureInfo.InvariantCulture); tick > 0; tick--)
                    Replica(1).Tick();
                break;
            case "kill":
                Kill(Replica(1));
                break;
            case "open":
                Ask(Replica(1), SessionId.None, new OpenSessionCommand(Guid.Empty).Encode());
                break;
            case "ask":
                Ask(Replica(1), words[2][0] == '?' ? SessionId.None : _session, Encoding.UTF8.GetBytes(words[2]));
                break;
            case "state":
                break;
            default:
                throw new ArgumentException($"nobody knows what '{words[0]}' means", nameof(words));
        }

        foreach (ScenarioReplica replica in _replicas)
            Show(replica, isQuiet: words is ["settle"]);
        if (words is ["state"])
            ShowStates();
    }

    private void Start(int count)
    {
        _replicas = [.. Enumerable.Range(0, count).Select(index => new ScenarioReplica(index, count))];
        foreach (ScenarioReplica replica in _replicas)
            replica.Step([.. _replicas.Where(other => other != replica).Select(other => Input.PeerConnected(other.Id))]);
    }

    private static bool Deliver(ScenarioReplica from, ScenarioReplica to)
    {
        List<Message> messages = from.TakeSentTo(to.Id);
        if (messages.Count > 0)
            to.Step([.. messages.Select(message => Input.FromPeer(from.Id, message))]);
        return messages.Count > 0;
    }

    private void Settle()
    {
        bool hasMoved = true;
        while (hasMoved)
        {
            hasMoved = false;
            foreach (ScenarioReplica from in _replicas)
            {
                hasMoved |= from.Sync();
                foreach (ScenarioReplica to in _replicas.Where(to => to != from))
                    hasMoved |= Deliver(from, to);
            }
        }
    }

    private void Kill(ScenarioReplica killed)
    {
        killed.IsRunning = false;
        foreach (ScenarioReplica other in _replicas.Where(other => other != killed))
            other.Step([Input.PeerDisconnected(killed.Id)]);
    }

    private void Ask(ScenarioReplica replica, SessionId session, byte[] command)
    {
        SequenceNumber previous = new(session == SessionId.None ? 0 : _asked);
        SequenceNumber sequence = new(session == SessionId.None ? 1 : ++_asked);
        replica.Step([Input.FromClient(_client, new ClientRequest(session, sequence, previous, SequenceNumber.None, command))]);
    }

    private void Show(ScenarioReplica replica, bool isQuiet)
    {
        foreach (Reply reply in replica.Replies.Where(reply => reply.Message is { Status: ReplyStatus.Ok } && _session == SessionId.None))
            _session = OpenSessionResult.Decode(reply.Message.Payload.Span).Session;
        replica.Replies.Clear();
        foreach (string line in replica.Lines.Where(_ => !isQuiet))
            _text.Append(CultureInfo.InvariantCulture, $"    {replica.Id} {line}\n");
        replica.Lines.Clear();
    }

    private void ShowStates()
    {
        foreach (ScenarioReplica replica in _replicas)
        {
            ReplicaCore core = replica.Core;
            string what = replica.IsRunning
                ? $"{core.Role} in {core.View}, accepted {core.Accepted}, decided {core.Decided}, has run {replica.Machine.Ran}"
                : "is dead";
            _text.Append(CultureInfo.InvariantCulture, $"    {replica.Id} {what}\n");
        }
    }

    /// <summary>One replica, with what it has sent and not written yet.</summary>
    private sealed class ScenarioReplica : IEngineOutlet
    {
        private readonly LogQueue _log = new(new NodeLimits(), static () => { });
        private readonly LogBatch _batch = new();
        private readonly ReplicaEngine _engine;
        private readonly List<Outgoing> _sent = [];

        public ScenarioReplica(int index, int count)
        {
            Id = new ReplicaId(index);
            Core = new ReplicaCore(new GroupOptions { ReplicaCount = count, Self = Id }, RecoveredState.Fresh, Machine);
            _engine = new ReplicaEngine(Core, _log, this) { Watcher = effects => Lines.AddRange(EffectsText.Of(effects)) };
        }

        public ReplicaId Id { get; }

        public ReplicaCore Core { get; }

        public WordMachine Machine { get; } = new();

        public bool IsRunning { get; set; } = true;

        public List<string> Lines { get; } = [];

        public List<Reply> Replies { get; } = [];

        public void Step(Input[] inputs)
        {
            if (IsRunning)
                _engine.Step(inputs, wallClock: 1);
        }

        public void Tick()
        {
            if (IsRunning)
                _engine.Tick(wallClock: 1);
        }

        public bool Sync()
        {
            if (!IsRunning || !_log.TryTake(_batch))
                return false;
            Step([Input.Synced(_batch.RecordsThrough)]);
            return true;
        }

        public List<Message> TakeSentTo(ReplicaId to)
        {
            List<Message> messages = [.. _sent.Where(outgoing => outgoing.To == to).Select(outgoing => outgoing.Message)];
            _sent.RemoveAll(outgoing => outgoing.To == to);
            return messages;
        }

        void IEngineOutlet.SendToPeers(List<Outgoing> messages) => _sent.AddRange(messages);

        void IEngineOutlet.Reply(List<Reply> replies) => Replies.AddRange(replies);

        void IEngineOutlet.OnExecuted(int slots)
        {
            // The effects tell it.
        }
    }
}
