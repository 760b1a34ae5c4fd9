using System.Globalization;
using System.Text;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Tests.Unit.Core.Roles;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Scenarios;

/// <summary>
/// Plays a scenario that is written as text: lines that begin with &gt; are what happens, the lines below each are what the replicas did about
/// it, and # begins a remark. The replicas are the product's core and engine; the wire and the disks are the text's to move.
/// </summary>
/// <remarks>
/// <c>group N</c> makes the replicas and connects them; <c>deliver A B</c> hands B all that is on its way from A, in one step, <c>lose A B</c>
/// loses it; <c>sync A</c> makes durable what A has written; <c>settle</c> delivers and syncs until nothing is on its way, without a word;
/// <c>tick A N</c> lets N ticks go by at A; <c>kill A</c> ends A, which its peers notice; <c>ask A X</c> asks A for the command X, or for
/// the read ?X; <c>state</c> shows all replicas.
/// </remarks>
internal sealed class ScenarioText
{
    private static readonly ClientHandle _client = new(1);
    private static readonly SessionId _session = new(1);

    private const long Lifetime = 120_000;

    private readonly StringBuilder _text = new();
    private EngineReplica[] _replicas = [];
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
        EngineReplica Replica(int word) => _replicas[words[word][1] - '0'];
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
            case "ask":
                Ask(Replica(1), words[2][0] == '?' ? SessionId.None : _session, Encoding.UTF8.GetBytes(words[2]));
                break;
            case "state":
                break;
            default:
                throw new ArgumentException($"nobody knows what '{words[0]}' means", nameof(words));
        }

        foreach (EngineReplica replica in _replicas)
            Show(replica, isQuiet: words is ["settle"]);
        if (words is ["state"])
            ShowStates();
    }

    private void Start(int count)
    {
        _replicas = [.. Enumerable.Range(0, count).Select(index => new EngineReplica(new GroupOptions { ReplicaCount = count, Self = new ReplicaId(index) }, new WordMachine()))];
        foreach (EngineReplica replica in _replicas)
            replica.Step([.. _replicas.Where(other => other != replica).Select(other => Input.PeerConnected(other.Id))]);
    }

    private static bool Deliver(EngineReplica from, EngineReplica to)
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
            foreach (EngineReplica from in _replicas)
            {
                hasMoved |= from.Sync();
                foreach (EngineReplica to in _replicas.Where(to => to != from))
                    hasMoved |= Deliver(from, to);
            }
        }
    }

    private void Kill(EngineReplica killed)
    {
        killed.IsRunning = false;
        foreach (EngineReplica other in _replicas.Where(other => other != killed))
            other.Step([Input.PeerDisconnected(killed.Id)]);
    }

    private void Ask(EngineReplica replica, SessionId session, byte[] command)
    {
        SequenceNumber previous = new(session == SessionId.None ? 0 : _asked);
        SequenceNumber sequence = new(session == SessionId.None ? 1 : ++_asked);
        replica.Step([Input.FromClient(_client, new ClientRequest(session, sequence, previous, SequenceNumber.None, command) { Expiry = Lifetime })]);
    }

    private void Show(EngineReplica replica, bool isQuiet)
    {
        replica.Replies.Clear();
        foreach (string line in replica.Lines.Where(_ => !isQuiet))
            _text.Append(CultureInfo.InvariantCulture, $"    {replica.Id} {line}\n");
        replica.Lines.Clear();
    }

    private void ShowStates()
    {
        foreach (EngineReplica replica in _replicas)
        {
            ReplicaCore core = replica.Core;
            string what = replica.IsRunning
                ? $"{core.Role} in {core.View}, accepted {core.Accepted}, decided {core.Decided}, has run {((WordMachine)replica.Machine).Ran}"
                : "is dead";
            _text.Append(CultureInfo.InvariantCulture, $"    {replica.Id} {what}\n");
        }
    }
}
