using System.Diagnostics.CodeAnalysis;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Replica.Machines.Keys;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Machines;

/// <summary>
/// Decodes queries that come from outside and answers them from the state. Total: nothing that a client sends makes it throw.
/// </summary>
internal static class Queries
{
    /// <summary>The answer to what is no query.</summary>
    public static CommandResult Malformed => new(ReplyStatus.Malformed, Reasons.UnknownQuery);

    /// <summary>Answers a history, a key, a page of rooms or keys, or which arcs are served; anything else is malformed.</summary>
    /// <param name="rooms">All rooms.</param>
    /// <param name="keys">All keys.</param>
    /// <param name="served">Which arcs are served.</param>
    /// <param name="areOthersHere">Something of arcs that are not served may be here: it is not listed.</param>
    /// <param name="arcs">What is in each arc.</param>
    /// <param name="query">The query.</param>
    public static CommandResult Read(ChatRooms rooms, KeySpace keys, ServedArcs served, bool areOthersHere, ArcHashes arcs, ReadOnlySpan<byte> query)
    {
        Predicate<Arc>? listed = areOthersHere ? served.Serves : null;
        try
        {
            return KindOf(query) switch
            {
                CommandKind.ReadHistory => ReadHistory(rooms, ReadHistoryQuery.Decode(query)),
                CommandKind.ListRooms => ListRooms(rooms, ListRoomsQuery.Decode(query), listed),
                CommandKind.GetKey => keys.Get(query),
                CommandKind.ListKeys => keys.List(ListKeysQuery.Decode(query), listed),
                CommandKind.ReadArcs => ReadArcs(served, arcs, query),
                CommandKind.MeasureArcs => MeasureArcs(rooms, keys.Keys, MeasureArcsQuery.Decode(query)),
                _ => Malformed,
            };
        }
        catch (WireFormatException)
        {
            return Malformed;
        }
    }

    /// <summary>Answers a follow that has something to get; null when it has to wait.</summary>
    public static CommandResult? TryAnswer(ChatRooms rooms, string name, long from)
    {
        ChatRoom? room = RoomReader.Find(rooms, name);
        return room is null || room.Last < from ? null : Ok(RoomReader.Encode(room, from, RoomReader.MessagesPerReply));
    }

    /// <summary>Decodes a follow that makes sense: a position below 1 does not.</summary>
    public static bool TryReadFollow(ReadOnlySpan<byte> query, [NotNullWhen(true)] out FollowRoomQuery? follow)
    {
        follow = null;
        try
        {
            if (KindOf(query) == CommandKind.FollowRoom)
                follow = FollowRoomQuery.Decode(query);
        }
        catch (WireFormatException)
        {
            return false;
        }

        return follow is { From: >= 1 };
    }

    private static CommandKind KindOf(ReadOnlySpan<byte> query) => query.IsEmpty ? default : (CommandKind)query[0];

    private static CommandResult ReadHistory(ChatRooms rooms, ReadHistoryQuery query) =>
        Ok(RoomReader.History(RoomReader.Find(rooms, query.Room), query.From, query.MaximumCount));

    private static CommandResult ListRooms(ChatRooms rooms, ListRoomsQuery query, Predicate<Arc>? isServed) =>
        Ok(RoomReader.List(rooms, query.After, query.MaximumCount, isServed));

    private static CommandResult ReadArcs(ServedArcs served, ArcHashes arcs, ReadOnlySpan<byte> query)
    {
        ReadArcsQuery.Decode(query);
        return Ok((served.Read() with { Held = [.. Enumerable.Range(0, Arc.Count).Where(arc => !served.Serves(new Arc(arc)) && arcs[new Arc(arc)] != 0)] }).Encode());
    }

    private static CommandResult MeasureArcs(ChatRooms rooms, KeyTable keys, MeasureArcsQuery query)
    {
        ArcsMeasure measure = default;
        foreach (int number in query.Arcs)
        {
            Arc arc = new(number);
            measure = measure.Add(new ArcsMeasure(keys.CountIn(arc), 0, keys.BytesIn(arc)));
            foreach (ChatRoom room in rooms.In(arc))
                measure = measure.Add(new ArcsMeasure(0, 1, room.NameBytes.Length + room.Bytes));
        }

        return Ok(measure.Encode());
    }

    private static CommandResult Ok(byte[] payload) => new(ReplyStatus.Ok, payload);
}
