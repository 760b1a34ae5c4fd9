using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Commands;

/// <summary>
/// What is asked of one key: to read it, or to change it. Its result is a <see cref="KeyResult"/>. Keys and values are any bytes. The rules for
/// their lengths are the state machine's: nothing here checks them.
/// </summary>
/// <remarks>
/// Layout: kind (1 byte), key (length (4), bytes); then, for <see cref="CommandKind.PutKey"/> and <see cref="CommandKind.AppendToKey"/>, value (length
/// (4), bytes); for <see cref="CommandKind.CompareAndSetKey"/> whether a value is expected (1), the expected value (length (4), bytes;
/// empty when none is), and the value; for <see cref="CommandKind.DeleteKey"/> and <see cref="CommandKind.GetKey"/> nothing more.
/// </remarks>
public readonly record struct KeyCommand
{
    private KeyCommand(CommandKind kind, ReadOnlyMemory<byte> key)
    {
        Kind = kind;
        Key = key;
    }

    /// <summary>What is to be done.</summary>
    public CommandKind Kind { get; }

    /// <summary>The key.</summary>
    public ReadOnlyMemory<byte> Key { get; }

    /// <summary>What is stored, or put behind what is there; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Value { get; private init; }

    /// <summary>What has to be there for a <see cref="CommandKind.CompareAndSetKey"/>; null: nothing may be there.</summary>
    public ReadOnlyMemory<byte>? Expected { get; private init; }

    /// <summary>The value of a key; linearizable (rule 8).</summary>
    public static KeyCommand Get(ReadOnlyMemory<byte> key) => new(CommandKind.GetKey, key);

    /// <summary>Stores a value, whatever was there.</summary>
    public static KeyCommand Put(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) => new(CommandKind.PutKey, key) { Value = value };

    /// <summary>Takes a key away.</summary>
    public static KeyCommand Delete(ReadOnlyMemory<byte> key) => new(CommandKind.DeleteKey, key);

    /// <summary>Puts bytes behind what is there; a key that is not there begins with them.</summary>
    public static KeyCommand Append(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) => new(CommandKind.AppendToKey, key) { Value = value };

    /// <summary>Stores a value if what is there is what is expected.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expected">What has to be there; null: nothing may be there.</param>
    /// <param name="value">What is stored.</param>
    public static KeyCommand CompareAndSet(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte> value) =>
        new(CommandKind.CompareAndSetKey, key) { Expected = expected, Value = value };

    /// <summary>Looks at a whole command in place: nothing is copied, allocated or thrown; false when the bytes are not one.</summary>
    /// <param name="bytes">The whole command, kind first; what is found is valid as long as these bytes are.</param>
    /// <param name="command">What it says.</param>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out KeyCommand command)
    {
        command = default;
        if (bytes.IsEmpty)
            return false;
        CommandKind kind = (CommandKind)bytes.Span[0];
        ReadOnlyMemory<byte> rest = bytes[1..];
        if (!CommandPart.TryTake(ref rest, out ReadOnlyMemory<byte> key))
            return false;
        command = new KeyCommand(kind, key);
        bool isRead = kind switch
        {
            CommandKind.GetKey or CommandKind.DeleteKey => true,
            CommandKind.PutKey or CommandKind.AppendToKey => TryTakeValue(ref rest, ref command),
            CommandKind.CompareAndSetKey => TryTakeExpected(ref rest, ref command) && TryTakeValue(ref rest, ref command),
            _ => false,
        };
        return isRead && rest.IsEmpty;
    }

    /// <summary>Bytes of the whole command.</summary>
    public int Size => 1 + WireWriter.SizeOf(Key) + (HasExpected ? 1 + WireWriter.SizeOf(Expected ?? default) : 0) + (HasValue ? WireWriter.SizeOf(Value) : 0);

    private bool HasExpected => Kind == CommandKind.CompareAndSetKey;

    private bool HasValue => Kind is CommandKind.CompareAndSetKey or CommandKind.PutKey or CommandKind.AppendToKey;

    /// <summary>The whole command, kind first.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[Size];
        Write(bytes);
        return bytes;
    }

    /// <summary>Writes what <see cref="Encode"/> gives.</summary>
    /// <param name="destination">A place of <see cref="Size"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        WireWriter writer = new(destination);
        writer.WriteByte((byte)Kind);
        writer.WriteBytes(Key.Span);
        if (HasExpected)
        {
            writer.WriteBoolean(Expected is not null);
            writer.WriteBytes((Expected ?? default).Span);
        }

        if (HasValue)
            writer.WriteBytes(Value.Span);
    }

    private static bool TryTakeValue(ref ReadOnlyMemory<byte> rest, ref KeyCommand command)
    {
        if (!CommandPart.TryTake(ref rest, out ReadOnlyMemory<byte> value))
            return false;
        command = command with { Value = value };
        return true;
    }

    private static bool TryTakeExpected(ref ReadOnlyMemory<byte> rest, ref KeyCommand command)
    {
        if (rest.IsEmpty || rest.Span[0] > 1)
            return false;
        bool isExpected = rest.Span[0] == 1;
        rest = rest[1..];
        if (!CommandPart.TryTake(ref rest, out ReadOnlyMemory<byte> expected) || (!isExpected && !expected.IsEmpty))
            return false;
        command = command with { Expected = isExpected ? expected : default(ReadOnlyMemory<byte>?) };
        return true;
    }
}
