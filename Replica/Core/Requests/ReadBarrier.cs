using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Replica.Core.Requests;

/// <summary>
/// Makes reads linearizable without clocks (rule 8): a round of echoes with a fresh nonce proves that no higher view was
/// promised by a quorum when the nonce was sent, so what was decided here then is all that anybody was ever told. One
/// round at a time; reads that arrive meanwhile wait for the next one. All of them wait for longer than the step in which they came,
/// so their commands are copied.
/// </summary>
/// <param name="options">The group.</param>
internal sealed class ReadBarrier(GroupOptions options)
{
    private readonly List<WaitingRequest> _waiting = [];
    private readonly List<WaitingRequest> _round = [];
    private readonly bool[] _echoes = new bool[options.ReplicaCount];
    private bool _isRoundOpen;
    private Slot _decidedWhenSent;

    /// <summary>The newest nonce; heartbeats carry it.</summary>
    public long Nonce { get; private set; }

    /// <summary>Reads that wait.</summary>
    public int Count => _waiting.Count + _round.Count;

    /// <summary>Takes a read; false when full.</summary>
    public bool TryAdd(in WaitingRequest read)
    {
        if (Count >= options.WaitingReads)
            return false;
        _waiting.Add(read with { Request = read.Request with { Command = ShortCopies.Of(read.Request.Command.Span) } });
        return true;
    }

    /// <summary>Starts a round when reads wait and none is under way; true when a heartbeat with the new nonce has to be sent.</summary>
    /// <param name="decided">The decided slot now.</param>
    public bool TryStartRound(Slot decided)
    {
        if (_isRoundOpen || _waiting.Count == 0)
            return false;
        Nonce++;
        _isRoundOpen = true;
        _decidedWhenSent = decided;
        Array.Clear(_echoes);
        _echoes[options.Self.Index] = true;
        _round.AddRange(_waiting);
        _waiting.Clear();
        return true;
    }

    /// <summary>A replica whose promise is not above this view echoed a nonce.</summary>
    public void OnEcho(ReplicaId from, long nonce)
    {
        if (_isRoundOpen && nonce == Nonce)
            _echoes[from.Index] = true;
    }

    /// <summary>Hands out the reads of the round once a quorum has echoed and the state has reached what was decided when the nonce was sent.</summary>
    public bool TryFinishRound(Slot executed, List<WaitingRequest> ready)
    {
        bool hasQuorum = _echoes.Count(echo => echo) >= options.Quorum;
        if (!_isRoundOpen || !hasQuorum || executed < _decidedWhenSent)
            return false;
        _isRoundOpen = false;
        ready.AddRange(_round);
        _round.Clear();
        return true;
    }

    /// <summary>The view or its quorum is lost: all reads are handed back, to be refused.</summary>
    public List<WaitingRequest> Drain()
    {
        List<WaitingRequest> all = [.. _round, .. _waiting];
        _isRoundOpen = false;
        _round.Clear();
        _waiting.Clear();
        return all;
    }
}
