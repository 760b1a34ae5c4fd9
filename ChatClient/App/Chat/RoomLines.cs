using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Wire.Commands;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>A page of the rooms, as a chat shows it. Pure.</summary>
internal static class RoomLines
{
    /// <summary>A line for each room; one for the room that is shown, also before its first message; and how to see those behind them.</summary>
    /// <param name="page">The page.</param>
    /// <param name="after">The name behind which it begins; empty: at the first room.</param>
    /// <param name="here">The room that is shown; null for none.</param>
    public static IReadOnlyList<string> Of(ListRoomsResult page, string after, string? here)
    {
        List<(string Room, long Last)> rooms = [.. page.Rooms.Select(static room => (room.Room, room.Last))];
        bool isWithin = here is not null && string.CompareOrdinal(here, after) > 0 && (page.Left == 0 || (rooms.Count > 0 && string.CompareOrdinal(here, rooms[^1].Room) < 0));
        if (isWithin && !rooms.Exists(room => string.Equals(room.Room, here, StringComparison.Ordinal)))
        {
            rooms.Add((here!, 0));
            rooms.Sort(static (one, other) => string.CompareOrdinal(one.Room, other.Room));
        }
        List<string> lines = [.. rooms.Select(room => Line(room.Room, room.Last, string.Equals(room.Room, here, StringComparison.Ordinal)))];
        if (lines.Count == 0)
            lines.Add(page.Total == 0 ? "there are no rooms yet" : $"none of the {page.Total} rooms is behind {after}");
        if (page is { Left: > 0, Rooms.Count: > 0 })
            lines.Add($"and {page.Left} more of {page.Total}: /rooms {page.Rooms[^1].Room}");
        return lines;
    }

    private static string Line(string room, long last, bool isHere) => $"{room}  {(last == 0 ? "no message yet" : Spoken.Messages(last))}{(isHere ? ", where you are" : "")}";
}
