using System.Text;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Simulator.Moves.Checks;

/// <summary>Asks a state what any client could ask it, as it is now.</summary>
internal static class GroupReads
{
    private const int Page = 4096;

    /// <summary>A query, as it reaches a group.</summary>
    public static ClientRequest Query(byte[] query) => new(SessionId.None, new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, query);

    /// <summary>The answer to a query.</summary>
    public static ClientReply Ask(ReplicatedState state, byte[] query) => state.Read(Query(query));

    /// <summary>Which arcs a shard serves.</summary>
    public static ArcsResult Arcs(ReplicatedState state) => ArcsResult.Decode(Ask(state, new ReadArcsQuery().Encode()).Payload.Span);

    /// <summary>The moves in which a shard takes part.</summary>
    public static MovesResult Moves(ReplicatedState state) => MovesResult.Decode(Ask(state, new ReadMovesQuery().Encode()).Payload.Span);

    /// <summary>A key, as a shard answers it.</summary>
    public static ClientReply Key(ReplicatedState state, string key) => Ask(state, KeyCommand.Get(Encoding.UTF8.GetBytes(key)).Encode());

    /// <summary>The texts of a room, as a shard answers it.</summary>
    public static List<string> Texts(ReplicatedState state, string room)
    {
        List<string> texts = [];
        while (true)
        {
            HistoryResult result = HistoryResult.Decode(Ask(state, new ReadHistoryQuery(room, texts.Count + 1, Page).Encode()).Payload.Span);
            texts.AddRange(result.Messages.Select(static message => message.Text));
            if (result.Messages.Count == 0)
                return texts;
        }
    }

    /// <summary>All keys that a shard lists.</summary>
    public static List<string> Keys(ReplicatedState state)
    {
        List<string> keys = [];
        byte[] after = [];
        ListKeysResult page;
        do
        {
            page = ListKeysResult.Decode(Ask(state, new ListKeysQuery(default, after, Page).Encode()).Payload.Span);
            keys.AddRange(page.Keys.Select(static key => Encoding.UTF8.GetString(key.Key.Span)));
            after = page.Keys.Count > 0 ? page.Keys[^1].Key.ToArray() : after;
        }
        while (page.HasMore);
        return keys;
    }

    /// <summary>All rooms that a shard lists.</summary>
    public static List<string> Rooms(ReplicatedState state) =>
        [.. ListRoomsResult.Decode(Ask(state, new ListRoomsQuery("", Page).Encode()).Payload.Span).Rooms.Select(static room => room.Room)];

    /// <summary>The jobs of the masters from a number on.</summary>
    public static IReadOnlyList<PlacementJob> Jobs(ReplicatedState state, long from) =>
        JobsResult.Decode(Ask(state, new ReadJobsQuery(from, PlacementLimits.JobsPerPage).Encode()).Payload.Span).Jobs;

    /// <summary>The number of the masters' latest configuration.</summary>
    public static long LatestConfiguration(ReplicatedState state) => ConfigurationResult.Decode(Ask(state, new ReadConfigurationQuery(0).Encode()).Payload.Span).Latest;

    /// <summary>A configuration of the masters, encoded.</summary>
    public static byte[] Configuration(ReplicatedState state, long number) =>
        ConfigurationResult.Decode(Ask(state, new ReadConfigurationQuery(number).Encode()).Payload.Span).Configuration.ToArray();
}
