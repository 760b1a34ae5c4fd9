namespace PaxosShard.Wire.Commands;

/// <summary>
/// An encoded <see cref="SendMessageCommand"/> looked at in place: nothing is copied, allocated or thrown. Only the
/// structure is checked; whether the parts are valid UTF-8 and within the limits is for the state machine to say.
/// </summary>
public readonly ref struct SendMessageView
{
    private SendMessageView(ReadOnlySpan<byte> room, ReadOnlySpan<byte> author, ReadOnlySpan<byte> text)
    {
        Room = room;
        Author = author;
        Text = text;
    }

    /// <summary>Name of the room: a slice of the command.</summary>
    public ReadOnlySpan<byte> Room { get; }

    /// <summary>Who speaks: a slice of the command.</summary>
    public ReadOnlySpan<byte> Author { get; }

    /// <summary>What is said: a slice of the command.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Finds the parts of a whole command; false when the bytes are not one.</summary>
    /// <param name="command">The whole command, kind first; the view is valid as long as these bytes are.</param>
    /// <param name="view">The parts.</param>
    public static bool TryRead(ReadOnlySpan<byte> command, out SendMessageView view)
    {
        view = default;
        if (command.IsEmpty || command[0] != (byte)CommandKind.SendMessage)
            return false;
        ReadOnlySpan<byte> rest = command[1..];
        if (!CommandPart.TryTake(ref rest, out var room) || !CommandPart.TryTake(ref rest, out var author) || !CommandPart.TryTake(ref rest, out var text))
            return false;
        if (!rest.IsEmpty)
            return false;
        view = new SendMessageView(room, author, text);
        return true;
    }

    /// <summary>The author of a command that <see cref="TryRead"/> has read, for who keeps the command.</summary>
    public ReadOnlyMemory<byte> AuthorIn(ReadOnlyMemory<byte> command) => command[^(Text.Length + sizeof(uint) + Author.Length)..^(Text.Length + sizeof(uint))];

    /// <summary>The text of a command that <see cref="TryRead"/> has read, for who keeps the command.</summary>
    public ReadOnlyMemory<byte> TextIn(ReadOnlyMemory<byte> command) => command[^Text.Length..];
}
