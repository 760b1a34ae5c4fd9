using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Requests;

/// <summary>Requests that wait at the primary for a place in the log, in the order of arrival; bounded in number and bytes.</summary>
/// <param name="options">The bounds.</param>
internal sealed class RequestQueue(GroupOptions options)
{
    private readonly Queue<(WaitingRequest Request, Gate? Gate)> _waiting = new();
    private readonly EntryBuilder _builder = new(options.EntryBytes, options.CommandsPerEntry);

    /// <summary>Requests waiting.</summary>
    public int Count => _waiting.Count;

    /// <summary>Bytes of their commands.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes a request; false when full: the client is told busy.</summary>
    /// <param name="request">The request.</param>
    /// <param name="gate">What it waits for in the queue of its key; null for nothing.</param>
    public bool TryAdd(in WaitingRequest request, Gate? gate = null)
    {
        int size = request.Request.Command.Length;
        if (_waiting.Count >= options.WaitingRequests || (Bytes + size > options.WaitingBytes && _waiting.Count > 0))
            return false;
        _waiting.Enqueue((request, gate));
        Bytes += size;
        return true;
    }

    /// <summary>Puts the oldest requests, as many as fit, into one entry. The replacement of a member gets an entry of its own (rule 13).</summary>
    /// <param name="stamp">What the primary writes on it.</param>
    /// <param name="clients">Receives the connections to answer, one for each command of the entry, in its order.</param>
    public Entry TakeEntry(EntryStamp stamp, List<ClientHandle> clients)
    {
        while (_waiting.TryPeek(out (WaitingRequest Request, Gate? Gate) waiting))
        {
            (WaitingRequest next, Gate? gate) = waiting;
            bool replacesMember = ReplaceMemberCommand.Is(next.Request.Command.Span);
            if ((replacesMember && clients.Count > 0) || !_builder.TryAdd(next.Request, gate))
                break;
            _waiting.Dequeue();
            clients.Add(next.Client);
            Bytes -= next.Request.Command.Length;
            if (replacesMember)
                break;
        }

        return _builder.Build(stamp);
    }

    /// <summary>Hands back everything, unproposed.</summary>
    public IEnumerable<WaitingRequest> Drain()
    {
        Bytes = 0;
        while (_waiting.TryDequeue(out (WaitingRequest Request, Gate? Gate) waiting))
            yield return waiting.Request;
    }
}
