using PaxosShard.Client.Core.Search;
using PaxosShard.Wire;

namespace PaxosShard.Client.Core.Requests;

/// <summary>
/// When to send again after a refusal: as soon as every copy under way has its answer, at the latest after a moment; after
/// "busy" and "no quorum" not before a growing pause.
/// </summary>
/// <param name="options">The pauses.</param>
/// <param name="random">Chance.</param>
internal sealed class ResendSchedule(ClientCoreOptions options, SeededRandom random)
{
    /// <summary>How long copies under way may take to be refused too.</summary>
    public const long SettleMilliseconds = 50;

    /// <summary>How old a copy may be while later ones are answered, before it counts as lost.</summary>
    public const long OvertakenMilliseconds = 50;

    private readonly BackOff _backOff = new(options.BackOffFirst, random);
    private long _notBefore = long.MinValue;
    private long _settledAt = long.MaxValue;
    private bool _isPending;

    /// <summary>A request was refused.</summary>
    /// <param name="effect">Why.</param>
    /// <param name="now">The present time.</param>
    public void Refused(ReplyEffect effect, long now)
    {
        if (!_isPending)
        {
            _isPending = true;
            _settledAt = now + SettleMilliseconds;
            _notBefore = now;
        }
        if (effect is ReplyEffect.Busy or ReplyEffect.NoQuorum && _notBefore <= now)
            _notBefore = now + _backOff.Next(options.BackOffLast);
    }

    /// <summary>It is time; the schedule is then empty again.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="isSettled">No more answers are to be expected.</param>
    public bool IsDue(long now, bool isSettled)
    {
        if (!_isPending || now < _notBefore || (!isSettled && now < _settledAt))
            return false;
        _isPending = false;
        return true;
    }

    /// <summary>A request was answered: the next pause is short again.</summary>
    public void Succeeded() => _backOff.Reset();

    /// <summary>A new connection: nothing is refused.</summary>
    public void Reset()
    {
        _isPending = false;
        _backOff.Reset();
    }
}
