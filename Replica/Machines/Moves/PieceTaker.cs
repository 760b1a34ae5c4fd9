using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Replica.Machines.Exports;
using PaxosShard.Replica.Machines.Keys;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Machines.Moves;

/// <summary>Takes pieces of a move into the arcs that are copied: what is there is overwritten, or deleted, so that the same piece twice changes nothing.</summary>
/// <param name="rooms">All rooms of the group.</param>
/// <param name="keys">All keys of the group.</param>
internal sealed class PieceTaker(ChatRooms rooms, KeyTable keys)
{
    /// <summary>Looks at a whole piece before anything of it is taken.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="arcs">The arcs that it may be about.</param>
    /// <exception cref="WireFormatException">It is none, or about others.</exception>
    public PieceSize Measure(ReadOnlySpan<byte> piece, ArcSet arcs)
    {
        long bytes = 0;
        int newRooms = 0;
        MovePieceReader reader = new(piece);
        while (reader.TryNext())
        {
            switch (reader.Kind)
            {
                case MoveRecordKind.RoomPart:
                    RoomPart part = reader.ReadRoomPart();
                    RequireArc(part.Name, arcs);
                    ChatRoom? room = rooms.Find(part.Name);
                    bytes += MeasureMessages(ref reader, in part, room);
                    if (room is not null)
                        break;
                    newRooms++;
                    bytes += ChatRoom.SizeOf(part.Name);
                    break;
                case MoveRecordKind.Key:
                    ReadOnlySpan<byte> key = reader.ReadKey();
                    RequireArc(key, arcs);
                    bytes += key.Length + reader.ReadValue().Length + KeyTable.BytesPerKey;
                    break;
                case MoveRecordKind.KeyGone:
                    RequireArc(reader.ReadKey(), arcs);
                    break;
                case MoveRecordKind.Result:
                    if (!arcs.Contains(reader.ReadResult().Stored.Arc))
                        throw new WireFormatException("a result is of an arc that does not move");
                    break;
                case MoveRecordKind.Queued:
                    RequireArc(reader.ReadQueued().Name, arcs);
                    break;
                default:
                    reader.ReadSession();
                    break;
            }
        }

        return new PieceSize(bytes, newRooms);
    }

    /// <summary>Takes a piece that was measured.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="move">The move; gets the results and the queued operations.</param>
    /// <param name="sessions">The sessions of the group; get marks and highest expiries at once, for the larger one is right everywhere.</param>
    public void Take(ReadOnlySpan<byte> piece, IncomingMove move, ISessionMoves sessions)
    {
        MovePieceReader reader = new(piece);
        sessions.RaiseLogTime(reader.LogTime);
        while (reader.TryNext())
        {
            switch (reader.Kind)
            {
                case MoveRecordKind.RoomPart:
                    TakeRoomPart(ref reader);
                    break;
                case MoveRecordKind.Key:
                    ReadOnlySpan<byte> key = reader.ReadKey();
                    keys.Put(key, reader.ReadValue());
                    break;
                case MoveRecordKind.KeyGone:
                    keys.Delete(reader.ReadKey());
                    break;
                case MoveRecordKind.Result:
                    move.Results.Add(reader.ReadResult());
                    break;
                case MoveRecordKind.Queued:
                    move.Queued.Add(reader.ReadQueued());
                    break;
                default:
                    sessions.Merge(reader.ReadSession());
                    break;
            }
        }
    }

    private static void RequireArc(ReadOnlySpan<byte> name, ArcSet arcs)
    {
        if (!arcs.Contains(Arc.Of(name)))
            throw new WireFormatException("a record is of an arc that does not move");
    }

    private static long MeasureMessages(ref MovePieceReader reader, in RoomPart part, ChatRoom? room)
    {
        long bytes = 0;
        long last = room?.Last ?? 0;
        long logTime = room is { Count: > 0 } && part.Number <= last + 1 ? room.LastLogTime : 0;
        MessageReader messages = reader.Messages();
        for (long number = part.Number; number < part.Number + part.Count; number++)
        {
            StoredMessage message = messages.Read();
            if (number > last && message.LogTime < logTime)
                throw new WireFormatException($"the message before {messages.Position} has an earlier log time than the one before it");
            logTime = number > last ? message.LogTime : logTime;
            if (SendRules.FindBrokenByAuthor(message.Author) is not null || SendRules.FindBrokenByText(message.Text) is not null)
                throw new WireFormatException($"there is no message before {messages.Position}");
            bytes += ChatRoom.SizeOf(in message);
        }

        reader.SkipTo(messages.Position);
        return bytes;
    }

    private void TakeRoomPart(ref MovePieceReader reader)
    {
        RoomPart part = reader.ReadRoomPart();
        ChatRoom? room = rooms.Find(part.Name);
        // What is here was trimmed at the source, and so were messages behind it that never came.
        if (room is not null && part.Number > room.Last + 1)
        {
            rooms.Remove(room);
            room = null;
        }

        room ??= rooms.Add(part.Name, part.Number);
        MessageReader messages = reader.Messages();
        for (long number = part.Number; number < part.Number + part.Count; number++)
        {
            StoredMessage message = messages.Read();
            if (number > room.Last)
                rooms.Append(room, in message);
        }

        reader.SkipTo(messages.Position);
        if (part.FirstLeft > room.First)
            rooms.Trim(room, Math.Min(part.FirstLeft, room.Last + 1));
    }
}

/// <summary>What a piece makes the state larger by, at most.</summary>
/// <param name="Bytes">Bytes, as they are bounded.</param>
/// <param name="Rooms">Rooms.</param>
internal readonly record struct PieceSize(long Bytes, int Rooms);
