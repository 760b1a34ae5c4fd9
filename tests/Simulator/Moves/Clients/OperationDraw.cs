using System.Text;
using PaxosShard.Simulator.Moves.Calls;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Simulator.Moves.Clients;

/// <summary>Draws what clients want. Whatever is written has a token of its own in it, so that it is known whose it is wherever it turns up.</summary>
/// <param name="options">What the run is made of.</param>
/// <param name="random">Chance.</param>
/// <param name="ghost">What is true: who compares knows now and then what is there.</param>
internal sealed class OperationDraw(MoveOptions options, RandomStream random, Ghost ghost)
{
    // About as long as a piece of a copy.
    private const int LargeValue = 200_000;

    private const string Author = "client";

    /// <summary>Draws a key.</summary>
    public byte[] DrawKey() => Bytes(ArcNames.In(random.Pick<int>([.. options.Arcs]), random.Below(options.KeysPerArc)));

    /// <summary>Draws a room.</summary>
    public string DrawRoom() => ArcNames.In(random.Pick<int>([.. options.Arcs]), options.KeysPerArc + random.Below(options.RoomsPerArc));

    /// <summary>Draws a change.</summary>
    /// <param name="client">Whose it is.</param>
    /// <param name="number">Its number: no other one of this client has it.</param>
    /// <returns>The command, encoded.</returns>
    public byte[] DrawChange(int client, long number)
    {
        byte[] key = DrawKey();
        string token = $"{CopySpoiler.Mark}{client}.{number}>";
        return random.Below(10) switch
        {
            0 or 1 => new SendMessageCommand(DrawRoom(), Author, token).Encode(),
            2 => KeyCommand.Put(key, DrawValue(token)).Encode(),
            3 => KeyCommand.Delete(key).Encode(),
            4 => KeyCommand.CompareAndSet(key, DrawExpected(key), Bytes(token)).Encode(),
            _ => KeyCommand.Append(key, Bytes(token)).Encode(),
        };
    }

    private byte[] DrawValue(string token) => random.Chance(options.LargePerThousand, 1000) ? Bytes(token + new string('x', LargeValue)) : Bytes(token);

    private ReadOnlyMemory<byte>? DrawExpected(byte[] key)
    {
        if (random.Chance(1, 4))
            return null;
        return random.Chance(1, 4) ? Bytes("something else") : ghost.FindValue(Encoding.UTF8.GetString(key)) ?? Bytes("");
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
