using System.Globalization;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Simulator.Clients;

/// <summary>Unique texts, as numbers for the checkers and as bytes for the wire.</summary>
internal static class Texts
{
    private const int Digits = 16;

    /// <summary>Name of a room.</summary>
    public static string RoomName(int room) => "room-" + room.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of a text: unique in a run.</summary>
    public static long Number(int client, long count) => ((long)(client + 1) << 40) | count;

    /// <summary>A command that sends the text with this number, made from a template of the right length.</summary>
    public static byte[] Send(ReadOnlySpan<byte> template, int textBytes, long number)
    {
        byte[] command = template.ToArray();
        Span<byte> digits = command.AsSpan(command.Length - textBytes, Digits);
        for (int place = Digits - 1; place >= 0; place--)
        {
            int digit = (int)(number & 15);
            digits[place] = (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
            number >>= 4;
        }

        return command;
    }

    /// <summary>The template of messages to a room.</summary>
    public static byte[] Template(int client, int room, int textBytes) =>
        new SendMessageCommand(RoomName(room), "client-" + client.ToString(CultureInfo.InvariantCulture), new string('.', textBytes)).Encode();

    /// <summary>The number of a text that was read; -1 when no client wrote such a text.</summary>
    public static long Parse(string text) =>
        text.Length >= Digits && long.TryParse(text.AsSpan(0, Digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long number)
            ? number
            : -1;

    /// <summary>A command that the state machine rejects, because its text is empty; no other has the same bytes.</summary>
    public static byte[] Rejected(int room, long number) =>
        new SendMessageCommand(RoomName(room), number.ToString("x", CultureInfo.InvariantCulture), "").Encode();
}
