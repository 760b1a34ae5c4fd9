using PaxosShard.Client.Core;

namespace PaxosShard.Client.Links;

/// <summary>
/// The calls that have begun and not ended: by it every caller hears of the end even when the core cannot tell it any more. Safe from any
/// thread.
/// </summary>
internal sealed class OpenCalls
{
    private readonly Lock _gate = new();
    private LinkCall? _newest;
    private string? _failure;

    /// <summary>A call begins; false when everything has failed before, and the call is ended then.</summary>
    /// <param name="call">The call.</param>
    /// <param name="isAlone">No other is open.</param>
    public bool TryAdd(LinkCall call, out bool isAlone)
    {
        lock (_gate)
        {
            isAlone = _newest is null;
            if (_failure is null)
            {
                call.Older = _newest;
                if (_newest is not null)
                    _newest.Newer = call;
                _newest = call;
                return true;
            }
        }

        Ended(call, Outcome.NotApplied, _failure).Resume(); // Nobody waits for it yet.
        return false;
    }

    /// <summary>A call that was open has ended.</summary>
    public void Remove(LinkCall call)
    {
        lock (_gate)
        {
            if (call.Newer is not null)
                call.Newer.Older = call.Older;
            else if (_newest == call)
                _newest = call.Older;
            if (call.Older is not null)
                call.Older.Newer = call.Newer;
            call.Older = null;
            call.Newer = null;
        }
    }

    /// <summary>Nobody drives the calls any more: each that is open ends, and each that begins from now on too.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="ended">Where their callers go on.</param>
    public void FailAll(string reason, EndedCalls ended)
    {
        List<LinkCall> open = [];
        lock (_gate)
        {
            _failure ??= reason;
            for (LinkCall? call = _newest; call is not null; call = call.Older)
                open.Add(call);
            _newest = null;
        }

        open.Reverse();
        foreach (LinkCall call in open)
        {
            (call.Older, call.Newer) = (null, null);
            ended.Add(Ended(call, Outcome.Unknown, reason)); // Whether a copy of it left is known to the core alone.
        }
    }

    private static EndedCall Ended(LinkCall call, Outcome outcome, string reason)
    {
        if (call is SendCall send)
            send.OnTaken(); // What waits for space waits for this first.
        return EndedCall.Of(new Completion(call.Call, call is QueryCall or FollowCall ? Outcome.NotApplied : outcome, default, reason, default), static _ => new NotAppliedException("nobody took it"));
    }
}
