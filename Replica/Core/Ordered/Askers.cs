using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>
/// Who has asked what becomes of which operation, and is to be told when that changes (ordered rule M3). Bounded: when there are too many the oldest question is forgotten, and asked again by whoever still waits.
/// </summary>
/// <remarks>A question comes and goes with nearly every operation, so what holds one is used again for the next.</remarks>
internal sealed class Askers
{
    /// <summary>Most questions.</summary>
    public const int Most = 65_536;

    private const int MostSpare = 4096;

    private readonly LinkedList<Question> _byAge = new();

    // By number; those for one number in the order in which they came.
    private readonly Dictionary<UInt128, List<LinkedListNode<Question>>> _bySession = [];
    private readonly Stack<LinkedListNode<Question>> _spareNodes = new();
    private readonly Stack<List<LinkedListNode<Question>>> _spareLists = new();

    /// <summary>Questions that are kept.</summary>
    public int Count => _byAge.Count;

    /// <summary>Keeps a question; one that is kept already becomes the newest.</summary>
    public void Add(in Question question)
    {
        if (FindKnown(in question) is { } known)
            Remove(known);
        while (_byAge.First is { } oldest && _byAge.Count >= Most)
            Remove(oldest);
        LinkedListNode<Question> node = _spareNodes.TryPop(out LinkedListNode<Question>? spare) ? spare : new LinkedListNode<Question>(question);
        node.Value = question;
        _byAge.AddLast(node);
        UInt128 session = question.Name.Session.Number;
        if (!_bySession.TryGetValue(session, out List<LinkedListNode<Question>>? own))
            _bySession.Add(session, own = _spareLists.TryPop(out List<LinkedListNode<Question>>? empty) ? empty : []);
        own.Insert(CountUpTo(own, question.Name.Sequence), node);
    }

    /// <summary>Takes out the questions for a number of a session and for all below it.</summary>
    /// <param name="session">The session.</param>
    /// <param name="last">The highest number.</param>
    /// <param name="taken">Gets them, by their numbers.</param>
    public void Take(SessionId session, SequenceNumber last, List<Question> taken)
    {
        if (!_bySession.TryGetValue(session.Number, out List<LinkedListNode<Question>>? own))
            return;
        int count = CountUpTo(own, last);
        for (int index = 0; index < count; index++)
        {
            taken.Add(own[index].Value);
            Release(own[index]);
        }

        own.RemoveRange(0, count);
        RemoveIfEmpty(session.Number, own);
    }

    /// <summary>Forgets the questions of a connection that is gone.</summary>
    public void Forget(ClientHandle asker)
    {
        LinkedListNode<Question>? node = _byAge.First;
        while (node is not null)
        {
            LinkedListNode<Question>? next = node.Next;
            if (node.Value.Asker == asker)
                Remove(node);
            node = next;
        }
    }

    /// <summary>Forgets the questions that were not asked again since a tick: nobody waits for their answers.</summary>
    public void ForgetBefore(long tick)
    {
        while (_byAge.First is { } oldest && oldest.Value.Tick < tick)
            Remove(oldest);
    }

    private static int CountUpTo(List<LinkedListNode<Question>> own, SequenceNumber last)
    {
        (int low, int high) = (0, own.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (own[middle].Value.Name.Sequence <= last)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private LinkedListNode<Question>? FindKnown(in Question question)
    {
        if (!_bySession.TryGetValue(question.Name.Session.Number, out List<LinkedListNode<Question>>? own))
            return null;
        for (int index = CountUpTo(own, question.Name.Sequence) - 1; index >= 0 && own[index].Value.Name.Sequence == question.Name.Sequence; index--)
        {
            if (own[index].Value.Asker == question.Asker)
                return own[index];
        }

        return null;
    }

    private void Remove(LinkedListNode<Question> node)
    {
        UInt128 session = node.Value.Name.Session.Number;
        List<LinkedListNode<Question>> own = _bySession[session];
        own.Remove(node);
        RemoveIfEmpty(session, own);
        Release(node);
    }

    private void Release(LinkedListNode<Question> node)
    {
        _byAge.Remove(node);
        if (_spareNodes.Count < MostSpare)
            _spareNodes.Push(node);
    }

    private void RemoveIfEmpty(UInt128 session, List<LinkedListNode<Question>> own)
    {
        if (own.Count > 0)
            return;
        _bySession.Remove(session);
        if (_spareLists.Count < MostSpare)
            _spareLists.Push(own);
    }
}

/// <summary>Somebody asks what becomes of an operation.</summary>
/// <param name="Asker">Who, by the connection.</param>
/// <param name="Name">The operation.</param>
/// <param name="Arc">Its arc.</param>
/// <param name="Expiry">The expiry of what waits for it.</param>
/// <param name="Tick">When it was asked last.</param>
internal readonly record struct Question(ClientHandle Asker, OperationName Name, Arc Arc, long Expiry, long Tick)
{
    /// <summary>Each step on the way to its effect is news (ordered rules M13 and M14).</summary>
    public bool Follows { get; init; }

    /// <summary>What was told last; null when nothing was yet.</summary>
    public GroupNote? Told { get; init; }
}
