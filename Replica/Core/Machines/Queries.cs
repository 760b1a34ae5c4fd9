using System.Diagnostics.CodeAnalysis;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Machines;

/// <summary>
/// Decodes queries that come from outside and answers them from the rooms. Total: nothing that a client sends makes it throw.
/// </summary>
internal static class Queries
{
    /// <summary>Answers a history or a page of the rooms; anything else is malformed.</summary>
    public static StoredResult Read(ChatRooms rooms, ReadOnlySpan<byte> query)
    {
        try
        {
            return KindOf(query) switch
            {
                CommandKind.ReadHistory => ReadHistory(rooms, ReadHistoryQuery.Decode(query)),
                CommandKind.ListRooms => ListRooms(rooms, ListRoomsQuery.Decode(query)),
                _ => Malformed(),
            };
        }
        catch (WireFormatException)
        {
            return Malformed();
        }
    }

    /// <summary>
    /// Answers a follow that has something to get or makes no sense (a position below 1 among that); null when it has to wait.
    /// </summary>
    public static StoredResult? TryFollow(ChatRooms rooms, ReadOnlySpan<byte> query)
    {
        if (!TryReadFollow(query, out FollowRoomQuery? follow))
            return Malformed();
        ChatRoom? room = RoomReader.Find(rooms, follow.Room);
        return room is null || room.Last < follow.From
            ? null
            : Ok(RoomReader.Encode(room, follow.From, RoomReader.MessagesPerReply));
    }

    /// <summary>Decodes a follow that makes sense.</summary>
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

    private static StoredResult ReadHistory(ChatRooms rooms, ReadHistoryQuery query) =>
        Ok(RoomReader.History(RoomReader.Find(rooms, query.Room), query.From, query.MaximumCount));

    private static StoredResult ListRooms(ChatRooms rooms, ListRoomsQuery query) =>
        Ok(RoomReader.List(rooms, query.After, query.MaximumCount));

    private static StoredResult Ok(byte[] payload) => new(ReplyStatus.Ok, payload);

    private static StoredResult Malformed() => new(ReplyStatus.Malformed, Reasons.UnknownQuery);
}
