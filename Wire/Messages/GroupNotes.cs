using PaxosShard.Wire.Primitives;

namespace PaxosShard.Wire.Messages;

/// <summary>
/// G, primary → primary of another group: what becomes of numbers of ordered sessions (ordered rules M2 and M3). Whoever asks opens the connection, like a client; what it is told comes back on the same one. Frames
/// may be lost, late or repeated: a note says what stays true, and questions are asked again.
/// </summary>
/// <param name="Notes">What is asked and told; at least one.</param>
/// <remarks>Layout: number of notes (4), the notes (<see cref="GroupNote"/>). Refused: no note, more than <see cref="Limits.NotesPerFrame"/>.</remarks>
public sealed record GroupNotes(IReadOnlyList<GroupNote> Notes) : Message
{
    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.GroupNotes;

    internal override int Size => sizeof(int) + Notes.Sum(static note => note.Size);

    internal static GroupNotes Read(ref WireReader reader)
    {
        GroupNote[] notes = new GroupNote[reader.ReadCount(Limits.NotesPerFrame, GroupNote.SmallestSize)];
        if (notes.Length == 0)
            throw new WireFormatException("a GroupNotes has no note");
        for (int index = 0; index < notes.Length; index++)
            notes[index] = GroupNote.Read(ref reader);
        return new GroupNotes(notes);
    }

    internal override void Write(ref WireWriter writer)
    {
        writer.WriteInt32(Notes.Count);
        foreach (GroupNote note in Notes)
            note.Write(ref writer);
    }
}
