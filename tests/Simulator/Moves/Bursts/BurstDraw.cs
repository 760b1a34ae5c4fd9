using System.Globalization;
using System.Text;
using PaxosShard.Client.Histories;
using PaxosShard.Simulator.Moves.Calls;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Simulator.Moves.Bursts;

/// <summary>
/// Draws what is wanted in ordered sessions. Their keys and rooms are the last ones of the arcs of the run, which nobody else uses: what sessions saw is judged by itself, and has to be all that happened to a key.
/// </summary>
/// <param name="options">What the run is made of.</param>
/// <param name="random">Chance.</param>
/// <param name="ghost">What is true: who compares knows now and then what is there.</param>
/// <param name="nextToken">Gives a number that nothing else that is written has.</param>
internal sealed class BurstDraw(MoveOptions options, RandomStream random, Ghost ghost, Func<long> nextToken)
{
    /// <summary>So many names of each arc are those of ordered sessions.</summary>
    public const int NamesPerArc = KeysPerArc + 1;

    /// <summary>What ends each token that is written.</summary>
    public const char TokenEnd = '>';

    private const int KeysPerArc = 2;
    private const string Author = "burst";

    /// <summary>A token as the checker of histories knows it; one that nobody wrote is something else than all others.</summary>
    public static KeyPiece PieceOf(string token)
    {
        ReadOnlySpan<char> number = token.StartsWith(CopySpoiler.Mark, StringComparison.Ordinal) ? token.AsSpan(CopySpoiler.Mark.Length).TrimEnd(TokenEnd) : default;
        return new KeyPiece(long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long known) ? known : -1, token.Length);
    }

    /// <summary>Draws an operation.</summary>
    /// <param name="session">Whose it is: the number of the session in the history.</param>
    /// <param name="now">When it is wanted, virtual microseconds.</param>
    public BurstOperation Draw(int session, long now)
    {
        int arc = random.Pick<int>([.. options.Arcs]);
        string token = $"{CopySpoiler.Mark}{nextToken().ToString(CultureInfo.InvariantCulture)}{TokenEnd}";
        int kind = random.Below(10);
        int name = kind < 2 ? KeysPerArc : random.Below(KeysPerArc);
        string key = ArcNames.In(arc, ArcNames.CountIn(arc) - 1 - name);
        byte[] bytes = Encoding.UTF8.GetBytes(key);
        byte[] value = Encoding.UTF8.GetBytes(token);
        KeyOperation call = new(session, now, KeyOperation.NoAnswer, KeyAction.Append) { Piece = PieceOf(token) };
        switch (kind)
        {
            case < 2:
                return new BurstOperation(key, new SendMessageCommand(key, Author, token).Encode(), call);
            case 2:
                return new BurstOperation(key, KeyCommand.Put(bytes, value).Encode(), call with { Action = KeyAction.Put });
            case 3:
                return new BurstOperation(key, KeyCommand.Delete(bytes).Encode(), call with { Action = KeyAction.Delete, Piece = default });
            case 4:
                ReadOnlyMemory<byte>? expected = !random.Chance(1, 4) && ghost.FindValue(key) is { } present ? present : default(ReadOnlyMemory<byte>?);
                KeyState state = expected is { } there ? BurstOperation.StateOf(there.Span) : KeyState.Absent;
                return new BurstOperation(key, KeyCommand.CompareAndSet(bytes, expected, value).Encode(), call with { Action = KeyAction.CompareAndSet, Expected = state });
            case < 7:
                return new BurstOperation(key, KeyCommand.Get(bytes).Encode(), call with { Action = KeyAction.Get, Piece = default });
            default:
                return new BurstOperation(key, KeyCommand.Append(bytes, value).Encode(), call);
        }
    }
}
