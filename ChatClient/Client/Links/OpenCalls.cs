using PaxosShard.Client.Core;

namespace PaxosShard.Client.Links;

/// <summary>
/// The calls that have begun and not ended: by it every caller hears of the end even when the core cannot tell it any more. Safe from any
/// thread.
/// </summary>
internal sealed class OpenCalls
{
    private readonly Lock _gate = new();
    private readonly HashSet<ILinkCall> _calls = [];
    private string? _failure;

    /// <summary>A call begins; false when everything has failed before, and the call is ended then.</summary>
    public bool TryAdd(ILinkCall call)
    {
        lock (_gate)
        {
            if (_failure is null)
                return _calls.Add(call);
        }

        End(call, Outcome.NotApplied, _failure);
        return false;
    }

    /// <summary>A call has ended.</summary>
    public void Remove(ILinkCall call)
    {
        lock (_gate)
            _calls.Remove(call);
    }

    /// <summary>Nobody drives the calls any more: each that is open ends, and each that begins from now on too.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    public void FailAll(string reason)
    {
        ILinkCall[] open;
        lock (_gate)
        {
            _failure ??= reason;
            open = [.. _calls];
            _calls.Clear();
        }

        foreach (ILinkCall call in open)
            End(call, Outcome.Unknown, reason); // Whether a copy of it left is known to the core alone.
    }

    private static void End(ILinkCall call, Outcome outcome, string reason)
    {
        if (call is SendCall send)
            send.OnTaken(); // What waits for space waits for this first.
        Completion completion = new(call.Call, call is SendCall ? outcome : Outcome.NotApplied, default, reason, default);
        call.OnCompleted(completion, static _ => new NotAppliedException("nobody took it"));
    }
}
