using PaxosShard.Wire.Moves;

namespace PaxosShard.Simulator.Moves.Calls;

/// <summary>Spoils copies on their way: a byte of a value or of a message becomes another one, in a piece that looks as it should.</summary>
internal static class CopySpoiler
{
    /// <summary>What stands before each token that a client writes; the number of the client follows.</summary>
    public const string Mark = "<c";

    private const byte Wrong = (byte)'!';

    /// <summary>Spoils an answer.</summary>
    /// <param name="answer">The answer of a source.</param>
    /// <returns>Another one; null when nothing of a client is in it.</returns>
    public static CopyArcsResult? Spoil(CopyArcsResult answer)
    {
        byte[] piece = answer.Piece.ToArray();
        for (int place = piece.Length - Mark.Length - 1; place >= 0; place--)
        {
            if (piece[place] != Mark[0] || piece[place + 1] != Mark[1] || !char.IsAsciiDigit((char)piece[place + 2]))
                continue;
            piece[place] = Wrong;
            return answer with { Piece = piece };
        }

        return null;
    }
}
