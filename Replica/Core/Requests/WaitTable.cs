using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Requests;

/// <summary>
/// Reads that wait until something has happened in a topic. Not part of the replicated state: each replica has its own, and a client whose
/// read is lost asks again from the same position.
/// </summary>
/// <remarks>
/// Bounded in count, per client and in all; a read takes a few hundred bytes beside its topic's name. The time a call of
/// <see cref="AnswerReady"/> takes grows with the topics that were touched and the reads that wait for them, not with all, unless the machine says that any of them may be concerned.
/// Answers come in a fixed order: in that case all that can be answered in the order in which they would expire; then topic by topic as they were first touched, within a topic as the reads were
/// parked; then the expired ones by their tick. Reads that wait at the same position share one encoded answer.
/// </remarks>
/// <param name="maximum">Most reads that wait; one more is refused.</param>
/// <param name="maximumPerClient">Most of one client; one more is refused.</param>
public sealed class WaitTable(int maximum, int maximumPerClient)
{
    private readonly Dictionary<string, LinkedList<ParkedRead>> _byTopic = new(StringComparer.Ordinal);
    private readonly Dictionary<ClientHandle, LinkedList<ParkedRead>> _byClient = [];
    private readonly SortedSet<ParkedRead> _byExpiry = new(ParkedRead.ByExpiry);
    private readonly List<string> _touched = [];
    private long _parkedEver;

    /// <summary>Reads that wait.</summary>
    public int Count => _byExpiry.Count;

    /// <summary>Lists by topic and by client; none stays when its last read is gone.</summary>
    public int ListCount => _byTopic.Count + _byClient.Count;

    /// <summary>Parks a read that <see cref="ReplicatedState.TryAnswer"/> could not answer.</summary>
    /// <param name="client">Whom to answer.</param>
    /// <param name="request">The read.</param>
    /// <param name="wait">What it waits for.</param>
    /// <param name="expiresAtTick">From this tick on it is answered that nothing has come.</param>
    /// <returns>False, and nothing parked, when there is no place: answer busy.</returns>
    public bool TryPark(ClientHandle client, in ClientRequest request, in Wait wait, long expiresAtTick)
    {
        int ofClient = _byClient.TryGetValue(client, out LinkedList<ParkedRead>? parked) ? parked.Count : 0;
        if (Count >= maximum || ofClient >= maximumPerClient)
            return false;
        Add(new ParkedRead
        {
            Client = client,
            Session = request.Session,
            Sequence = request.Sequence,
            Wait = wait,
            ExpiresAtTick = expiresAtTick,
            Order = ++_parkedEver,
        });
        return true;
    }

    /// <summary>Answers the reads for which there is now what they wait for, and those that expired.</summary>
    /// <param name="machine">The machine; it has run what was executed so far.</param>
    /// <param name="nowTick">The tick it is now.</param>
    /// <param name="replies">Receives the answers.</param>
    /// <param name="view">The view to name in them.</param>
    public void AnswerReady(IStateMachine machine, long nowTick, List<Reply> replies, View view)
    {
        if (machine.TakeAllTouched())
            AskAll(machine, replies, view);
        machine.TakeTouched(_touched);
        foreach (string topic in _touched)
        {
            if (_byTopic.TryGetValue(topic, out LinkedList<ParkedRead>? waiting))
                AnswerTopic(machine, waiting, replies, view);
        }

        _touched.Clear();
        while (_byExpiry.Min is { } first && first.ExpiresAtTick <= nowTick)
        {
            Remove(first);
            CommandResult nothing = machine.AnswerExpired(first.Wait);
            replies.Add(first.Answer(nothing.Status, view, nothing.Payload));
        }
    }

    /// <summary>Drops what a client waits for: its connection is gone.</summary>
    public void Forget(ClientHandle client)
    {
        while (_byClient.TryGetValue(client, out LinkedList<ParkedRead>? parked))
            Remove(parked.First!.Value);
    }

    /// <summary>
    /// Answers every read with the same status and no payload, in the order in which they would expire: this replica
    /// does not serve any more.
    /// </summary>
    public void AnswerAll(ReplyStatus status, View view, List<Reply> replies)
    {
        foreach (ParkedRead read in _byExpiry)
            replies.Add(read.Answer(status, view, default));
        _byExpiry.Clear();
        _byTopic.Clear();
        _byClient.Clear();
    }

    private static void Append<TKey>(
        Dictionary<TKey, LinkedList<ParkedRead>> lists, TKey key, LinkedListNode<ParkedRead> place)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out LinkedList<ParkedRead>? list))
            lists.Add(key, list = new LinkedList<ParkedRead>());
        list.AddLast(place);
    }

    private static void Detach<TKey>(
        Dictionary<TKey, LinkedList<ParkedRead>> lists, TKey key, LinkedListNode<ParkedRead> place)
        where TKey : notnull
    {
        LinkedList<ParkedRead> list = lists[key];
        list.Remove(place);
        if (list.Count == 0)
            lists.Remove(key);
    }

    private void AskAll(IStateMachine machine, List<Reply> replies, View view)
    {
        foreach (ParkedRead read in _byExpiry.ToArray())
        {
            if (machine.TryAnswer(read.Wait) is not { } result)
                continue;
            Remove(read);
            replies.Add(read.Answer(result.Status, view, result.Payload));
        }
    }

    private void AnswerTopic(IStateMachine machine, LinkedList<ParkedRead> waiting, List<Reply> replies, View view)
    {
        CommandResult? answer = null;
        long? position = null;
        LinkedListNode<ParkedRead>? place = waiting.First;
        while (place is not null)
        {
            ParkedRead read = place.Value;
            place = place.Next;
            if (read.Wait.Position != position)
            {
                position = read.Wait.Position;
                answer = machine.TryAnswer(read.Wait);
            }

            if (answer is not { } result)
                continue;
            Remove(read);
            replies.Add(read.Answer(result.Status, view, result.Payload));
        }
    }

    private void Add(ParkedRead read)
    {
        Append(_byTopic, read.Wait.Topic, read.PlaceInTopic);
        Append(_byClient, read.Client, read.PlaceAtClient);
        _byExpiry.Add(read);
    }

    private void Remove(ParkedRead read)
    {
        Detach(_byTopic, read.Wait.Topic, read.PlaceInTopic);
        Detach(_byClient, read.Client, read.PlaceAtClient);
        _byExpiry.Remove(read);
    }
}
