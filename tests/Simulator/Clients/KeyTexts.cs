using System.Globalization;
using System.Text;
using PaxosShard.Client.Histories;
using PaxosShard.Simulator.Checks.Linearizability;

namespace PaxosShard.Simulator.Clients;

/// <summary>Keys and values as bytes. A value is made of pieces: the digits of a token, and dots behind them up to the length of the piece.</summary>
internal static class KeyTexts
{
    /// <summary>Bytes of the shortest piece.</summary>
    public const int Digits = 16;

    private const byte Filling = (byte)'.';

    /// <summary>Name of a key; every second one is named as a room is.</summary>
    public static byte[] NameOf(int key) =>
        Encoding.UTF8.GetBytes(int.IsEvenInteger(key) ? Texts.RoomName(key) : "key-" + key.ToString(CultureInfo.InvariantCulture));

    /// <summary>The bytes of a piece.</summary>
    public static byte[] Encode(KeyPiece piece)
    {
        byte[] bytes = new byte[piece.Length];
        bytes.AsSpan().Fill(Filling);
        Encoding.UTF8.GetBytes(piece.Token.ToString("x16", CultureInfo.InvariantCulture), bytes.AsSpan());
        return bytes;
    }

    /// <summary>What a value is made of; what no client wrote has the token -1.</summary>
    public static List<KeyPiece> Parse(ReadOnlySpan<byte> value)
    {
        List<KeyPiece> pieces = [];
        while (!value.IsEmpty)
        {
            if (value.Length < Digits || !long.TryParse(value[..Digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long token))
            {
                pieces.Add(new KeyPiece(-1, value.Length));
                break;
            }

            int filling = value[Digits..].IndexOfAnyExcept(Filling);
            int length = filling < 0 ? value.Length : Digits + filling;
            pieces.Add(new KeyPiece(token, length));
            value = value[length..];
        }

        return pieces;
    }

    /// <summary>What a key holds when this value is there; null stands for none.</summary>
    public static KeyState StateOf(byte[]? value)
    {
        KeyState state = KeyState.Absent;
        foreach (KeyPiece piece in Parse(value))
            state = state.With(piece);
        return state;
    }
}
