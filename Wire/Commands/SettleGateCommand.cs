using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>
/// Opens the gate of an operation that waits in the queue of its key, or takes the operation out with its gate (ordered rules M6 and M7). It stands in an entry under the session and the number of the operation;
/// primaries alone propose it, and the engine executes it, not the machine. Of the two the first one that is executed counts.
/// </summary>
/// <param name="Opens">The gate is opened; otherwise the operation goes.</param>
/// <param name="Token">Which placement of the operation is meant: any other is left as it is.</param>
/// <remarks>Layout: kind (1 byte), token (era (8), first view (8), slot (8)).</remarks>
public readonly record struct SettleGateCommand(bool Opens, PlacementToken Token)
{
    /// <summary>Bytes of the whole command.</summary>
    public const int Size = 1 + PlacementToken.Bytes;

    /// <summary>The bytes begin such a command.</summary>
    public static bool Is(ReadOnlySpan<byte> command) => !command.IsEmpty && (CommandKind)command[0] is CommandKind.OpenGate or CommandKind.VoidGate;

    /// <summary>Reads a whole command; false when the bytes are not one.</summary>
    /// <param name="bytes">The whole command, kind first.</param>
    /// <param name="command">What it says.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SettleGateCommand command)
    {
        command = default;
        if (!Is(bytes) || bytes.Length != Size)
            return false;
        WireReader reader = new(bytes[1..]);
        try
        {
            command = new SettleGateCommand((CommandKind)bytes[0] == CommandKind.OpenGate, PlacementToken.Read(ref reader));
            return true;
        }
        catch (WireFormatException)
        {
            return false;
        }
    }

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[Size];
        WireWriter writer = new(bytes);
        writer.WriteByte((byte)(Opens ? CommandKind.OpenGate : CommandKind.VoidGate));
        Token.Write(ref writer);
        return bytes;
    }
}
