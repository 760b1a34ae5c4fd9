using System.Text;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Ordered;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios.Ordered;

/// <summary>Shards and clients with ordered sessions, in a script: operations append their number to a key of a shard, so that the values tell what has taken effect.</summary>
internal sealed class OrderedScript
{
    // Keys that no script uses.
    private const int Unused = 7;

    private readonly int _shards;

    // Arcs that scripts move go elsewhere; their keys keep their names.
    private readonly Configuration _first;

    /// <summary>Shards that have adopted configuration 1.</summary>
    /// <param name="shards">How many.</param>
    /// <param name="options">What is other than usual; null for nothing.</param>
    public OrderedScript(int shards = 2, Func<MoveOptions, MoveOptions>? options = null)
    {
        _shards = shards;
        Script = new MoveScript(shards, usual => (options ?? (static same => same))(usual with { PlacesEarly = true }));
        _first = Script.Latest;
    }

    /// <summary>The shards.</summary>
    public MoveScript Script { get; }

    /// <summary>What was found wrong.</summary>
    public IReadOnlyList<Violation> Violations => Script.Violations;

    /// <summary>A key of a shard, as the first configuration has it; another one, in another arc, for each number.</summary>
    public string Key(int shard, int number = 0) => ArcNames.In(ArcOf(shard, number), 0);

    /// <summary>The arc of such a key.</summary>
    public int ArcOf(int shard, int number = 0) => _first.ArcsOf(new GroupId(shard))[number].Number;

    /// <summary>What appends an operation's number to a key.</summary>
    public static byte[] Append(string key, long number) => MoveScript.Appending(key, $"{number};");

    /// <summary>The value of a key at a shard; empty when it is not there.</summary>
    public string Value(int shard, string key)
    {
        ClientRequest query = new(SessionId.None, new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, KeyCommand.Get(Encoding.UTF8.GetBytes(key)).Encode());
        ClientReply reply = Script.Shard(shard).State.Read(query);
        return reply.Status == ReplyStatus.Ok ? Encoding.UTF8.GetString(KeyResult.Decode(reply.Payload.Span).Value.Span) : $"{reply.Status}";
    }

    /// <summary>A client whose masters and shards are known to it, because it has written to each shard once.</summary>
    public ScriptedMoveClient NewClient(int number)
    {
        ScriptedMoveClient client = new(Script, number);
        OrderedLine line = new();
        OrderedCall[] calls = [.. Enumerable.Range(1, _shards).Select(shard => client.Order(line, Append(Key(shard, Unused), 0)))];
        Script.Await(10, $"client {number} has found the shards", () => client.Told.Count == calls.Length);
        client.Told.Clear();
        return client;
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(int milliseconds) => Script.World.Run(milliseconds * 1000L);

    /// <summary>All operations of a client were told done, in their order.</summary>
    public void ExpectDone(ScriptedMoveClient client, int count, int seconds = 30)
    {
        Script.Await(seconds, $"{count} operations are told", () => client.Told.Count >= count);
        Script.Expect(client.Told.TrueForAll(static told => told.Outcome == Outcome.Done), $"all operations are done, and these are: {string.Join(", ", client.Told.Select(static told => $"{told.Number} {told.Outcome}"))}");
        Script.Expect(client.Told.Select(static told => told.Number).SequenceEqual(client.Told.Select(static told => told.Number).Order()), "results come in the order of the calls");
    }
}
