using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Core.Search;

/// <summary>
/// The connection to the primary: which one it is, when it is suspected, left and replaced. While it is suspected, it is used and the others
/// are asked beside it; once it is left nothing more is sent on it, but what was asked may still be answered.
/// </summary>
/// <param name="options">Times and pauses.</param>
/// <param name="search">Finds the next one.</param>
/// <param name="effects">Where changes go.</param>
/// <param name="random">Chance.</param>
internal sealed class PrimaryConnection(ClientCoreOptions options, PrimarySearch search, ClientEffects effects, SeededRandom random)
{
    private readonly SilenceWatch _silence = new(options.Silence, random);
    private readonly BackOff _restlessness = new(options.BackOffFirst, random);
    private View _view = View.First;
    private string _address = "";
    private bool _isLeft = true;
    private bool _isClosed;
    private bool _wasFound;
    private bool _hadProgress = true;
    private long _lostAt;

    /// <summary>Its number; 0 when there is none.</summary>
    public int Number { get; private set; }

    /// <summary>The group; none as long as that is not known.</summary>
    public GroupId Group
    {
        get => search.Group;
        set => search.Group = value;
    }

    /// <summary>The number of the connection that requests are to be sent on; 0 when there is none.</summary>
    public int Sends => _isLeft ? 0 : Number;

    /// <summary>The primary's address; null when there is none.</summary>
    public string? Address => _isLeft ? null : _address;

    /// <summary>When something is to be done next, in milliseconds; the end of time when nothing is.</summary>
    public long NextCall => search.NextCall;

    /// <summary>Goes on with the search, if there is one; there is one whenever there is no primary.</summary>
    public void Search(bool isIdle, long now)
    {
        if (_isClosed)
            return;
        if (_isLeft)
            search.Begin(now);
        search.Advance(IsUnhurried(isIdle), NotYetAsked, now);
    }

    /// <summary>A connection is up.</summary>
    public void OnOpened(int connection, GroupId group, bool isIdle, long now) => search.OnOpened(connection, group, IsUnhurried(isIdle), now);

    /// <summary>A connection did not come up, or ended.</summary>
    /// <returns>True when it was the one to the primary: what was under way on it will not be answered.</returns>
    public bool OnEnded(int connection, string reason, bool isIdle, long now)
    {
        if (connection != Number)
        {
            search.OnEnded(connection, reason, IsUnhurried(isIdle), now);
            return false;
        }
        Leave(reason, now);
        Number = 0;
        return true;
    }

    /// <summary>A reply arrived on a connection of the search.</summary>
    /// <returns>Who leads, to be gone on with; null when that is not known yet.</returns>
    public FoundPrimary? OnSearchReply(int connection, in ClientReply reply, bool isIdle, long now)
    {
        View atLeast = _isLeft || _silence.IsTimeToReconnect ? _view : new View(_view.Number + 1);
        return search.OnReply(connection, reply, atLeast, IsUnhurried(isIdle), now);
    }

    /// <summary>Goes on with another connection, and closes the one before.</summary>
    public PrimaryChange Attach(FoundPrimary found, long now)
    {
        search.End(kept: found.Connection);
        bool isSame = found.View <= _view && found.Address.Equals(_address, StringComparison.Ordinal);
        _silence.Reconnected(now, isSame, wasSilent: !_isLeft, found.Took);
        MarkLeft($"no answer, and {found.Address} leads", now);
        if (Number != 0)
            effects.Closes.Add(Number);
        _hadProgress = false;
        _isLeft = false;
        Number = found.Connection;
        _address = found.Address;
        _view = View.Max(_view, found.View);
        long outage = _wasFound ? now - _lostAt : -1;
        _wasFound = true;
        return new PrimaryChange(IsFound: true, Number, _address, _view, "", outage, Resent: 0, Group);
    }

    /// <summary>It does not lead any more, or is gone: nothing more is sent on it.</summary>
    public void Leave(string reason, long now)
    {
        if (_isLeft)
            return;
        MarkLeft(reason, now);
        search.Hasten(now);
        search.Begin(_hadProgress ? now : now + _restlessness.Next(options.BackOffLast));
    }

    /// <summary>A reply arrived on its connection, whatever it says.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="took">How long a result took; null when it is none, or what it answers was sent more than once.</param>
    /// <param name="sentAt">When what a result answers was sent first, on this connection or before; null when it is none.</param>
    public void OnAnswered(long now, long? took, long? sentAt) => _silence.Answered(now, took, sentAt);

    /// <summary>Something has its result.</summary>
    public void OnProgress()
    {
        if (!_hadProgress)
            _restlessness.Reset();
        _hadProgress = true;
        if (!_isLeft)
            search.End();
    }

    /// <summary>Asks the others, beside the requests that wait, until somebody leads in a higher view or something is answered.</summary>
    public void Doubt(long now)
    {
        if (!_isLeft)
            search.Begin(now);
    }

    /// <summary>Suspects it when it has been silent for too long.</summary>
    /// <param name="overdueSince">Since when an answer is overdue; null when none is.</param>
    /// <param name="now">The present time.</param>
    public void WatchSilence(long? overdueSince, long now)
    {
        if (_silence.IsTooLong(now, overdueSince))
            Doubt(now);
    }

    /// <summary>Closes every connection.</summary>
    public void Close()
    {
        _isClosed = true;
        search.End();
        if (Number != 0)
            effects.Closes.Add(Number);
        Number = 0;
        _isLeft = true;
    }

    // It is silent but not gone, so there is somebody who may answer: the pauses may be long.
    private bool IsUnhurried(bool isIdle) => isIdle || !_isLeft;

    // As long as its connection is up, another one to the same replica is of no use before it has been silent for long.
    private string? NotYetAsked => _isLeft || _silence.IsTimeToReconnect ? null : _address;

    private void MarkLeft(string reason, long now)
    {
        if (_isLeft)
            return;
        _isLeft = true;
        _lostAt = now;
        effects.Changes.Add(new PrimaryChange(IsFound: false, Number, _address, _view, reason, Outage: -1, Resent: 0, Group));
    }
}
