using PaxosShard.Wire;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport.Groups;

/// <summary>Notes for several receivers, put together for each of them: in the order in which they came, in as few messages as hold them. There are few receivers in a turn, and many notes.</summary>
/// <typeparam name="TReceiver">By what a receiver is known.</typeparam>
internal sealed class NotesByReceiver<TReceiver>
    where TReceiver : struct, IEquatable<TReceiver>
{
    private readonly List<(TReceiver Receiver, List<GroupNote> Notes)> _all = [];
    private int _count;

    /// <summary>Receivers that there are notes for.</summary>
    public int Count => _count;

    /// <summary>Nothing is put together any more.</summary>
    public void Clear()
    {
        for (int index = 0; index < _count; index++)
            _all[index].Notes.Clear();
        _count = 0;
    }

    /// <summary>One more note.</summary>
    /// <returns>It is the first one for its receiver.</returns>
    public bool Add(TReceiver receiver, in GroupNote note)
    {
        int index = 0;
        while (index < _count && !_all[index].Receiver.Equals(receiver))
            index++;
        bool isFirst = index == _count;
        if (isFirst)
        {
            List<GroupNote> notes = index < _all.Count ? _all[index].Notes : [];
            if (index < _all.Count)
                _all[index] = (receiver, notes);
            else
                _all.Add((receiver, notes));
            _count++;
        }

        _all[index].Notes.Add(note);
        return isFirst;
    }

    /// <summary>A receiver, in the order of the first notes.</summary>
    public TReceiver ReceiverAt(int index) => _all[index].Receiver;

    /// <summary>The messages for a receiver.</summary>
    public GroupNotes[] MessagesAt(int index)
    {
        List<GroupNote> notes = _all[index].Notes;
        GroupNotes[] messages = new GroupNotes[(notes.Count + Limits.NotesPerFrame - 1) / Limits.NotesPerFrame];
        for (int message = 0; message < messages.Length; message++)
        {
            int first = message * Limits.NotesPerFrame;
            GroupNote[] part = new GroupNote[Math.Min(Limits.NotesPerFrame, notes.Count - first)];
            notes.CopyTo(first, part, 0, part.Length);
            messages[message] = new GroupNotes(part);
        }

        return messages;
    }
}
