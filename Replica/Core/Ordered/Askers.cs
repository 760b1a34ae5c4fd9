using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>
/// Who has asked what becomes of which operation, and is to be told when that changes (ordered rule M3). Bounded: when there are too many the oldest question is forgotten, and asked again by whoever still waits.
/// </summary>
internal sealed class Askers
{
    /// <summary>Most questions.</summary>
    public const int Most = 65_536;

    private readonly LinkedList<Question> _byAge = new();
    private readonly Dictionary<UInt128, SortedList<long, List<LinkedListNode<Question>>>> _bySession = [];

    /// <summary>Questions that are kept.</summary>
    public int Count => _byAge.Count;

    /// <summary>Keeps a question; one that is kept already becomes the newest.</summary>
    public void Add(in Question question)
    {
        (ClientHandle asker, OperationName name) = (question.Asker, question.Name);
        if (FindPlaces(name)?.Find(place => place.Value.Asker == asker) is { } known)
            Remove(known);
        while (_byAge.First is { } oldest && _byAge.Count >= Most)
            Remove(oldest);
        LinkedListNode<Question> node = _byAge.AddLast(question);
        if (!_bySession.TryGetValue(name.Session.Number, out SortedList<long, List<LinkedListNode<Question>>>? numbers))
            _bySession.Add(name.Session.Number, numbers = []);
        if (!numbers.TryGetValue(name.Sequence.Number, out List<LinkedListNode<Question>>? places))
            numbers.Add(name.Sequence.Number, places = []);
        places.Add(node);
    }

    /// <summary>Takes out the questions for a number of a session and for all below it.</summary>
    /// <param name="session">The session.</param>
    /// <param name="last">The highest number.</param>
    public IReadOnlyList<Question> Take(SessionId session, SequenceNumber last)
    {
        if (!_bySession.TryGetValue(session.Number, out SortedList<long, List<LinkedListNode<Question>>>? numbers))
            return [];
        LinkedListNode<Question>[] taken = [.. numbers.TakeWhile(number => number.Key <= last.Number).SelectMany(static number => number.Value)];
        foreach (LinkedListNode<Question> node in taken)
            Remove(node);
        return [.. taken.Select(static node => node.Value)];
    }

    /// <summary>Forgets the questions of a connection that is gone.</summary>
    public void Forget(ClientHandle asker) => RemoveWhere(question => question.Asker == asker);

    /// <summary>Forgets the questions that were not asked again since a tick: nobody waits for their answers.</summary>
    public void ForgetBefore(long tick)
    {
        while (_byAge.First is { } oldest && oldest.Value.Tick < tick)
            Remove(oldest);
    }

    private List<LinkedListNode<Question>>? FindPlaces(OperationName name) =>
        _bySession.TryGetValue(name.Session.Number, out SortedList<long, List<LinkedListNode<Question>>>? numbers) ? numbers.GetValueOrDefault(name.Sequence.Number) : null;

    private void RemoveWhere(Predicate<Question> isUnwanted)
    {
        LinkedListNode<Question>? node = _byAge.First;
        while (node is not null)
        {
            LinkedListNode<Question>? next = node.Next;
            if (isUnwanted(node.Value))
                Remove(node);
            node = next;
        }
    }

    private void Remove(LinkedListNode<Question> node)
    {
        OperationName name = node.Value.Name;
        SortedList<long, List<LinkedListNode<Question>>> numbers = _bySession[name.Session.Number];
        List<LinkedListNode<Question>> places = numbers[name.Sequence.Number];
        places.Remove(node);
        if (places.Count == 0)
            numbers.Remove(name.Sequence.Number);
        if (numbers.Count == 0)
            _bySession.Remove(name.Session.Number);
        _byAge.Remove(node);
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
    /// <summary>What was told last; null when nothing was yet.</summary>
    public GroupNote? Told { get; init; }
}
