using PaxosShard.Wire;

namespace PaxosShard.Client.Core.Requests;

/// <summary>
/// The expiries of requests (rule 9): log time as it was heard on the present connection, plus its age, plus a lifetime; never below that of what was sent
/// before it in the same session, so that a session outlives every copy of its requests. Numbers on one arc are first sent in their order, those on different arcs need not be: one whose arc nobody serves is
/// sent later, and has its time from then on.
/// </summary>
/// <param name="lifetime">How long after it is first sent a request may run, in milliseconds.</param>
internal sealed class ExpiryClock(long lifetime)
{
    private long _heard;
    private long _heardAt;
    private long _highest;
    private long _now;

    /// <summary>An earlier number of the session has an expiry that is too far ahead by now, and those behind it can have no lower one.</summary>
    public bool IsTooFarAhead => _highest > _heard + (_now - _heardAt) + Limits.LongestLife;

    /// <summary>By what was heard, log time is so far above an expiry that no group can have a log time below it.</summary>
    public bool IsOverEverywhere(long expiry) => _heard + (_now - _heardAt) > expiry + lifetime;

    /// <summary>Log time, as it was heard and has gone on since.</summary>
    public long LogTimeNow => _heard + (_now - _heardAt);

    /// <summary>A step begins.</summary>
    /// <param name="machineTime">The machine's monotonic time in milliseconds, pauses of the process included: log time goes on in them.</param>
    public void OnStep(long machineTime) => _now = Math.Max(_now, machineTime);

    /// <summary>A replica told log time.</summary>
    public void OnHeard(long logTime) => (_heard, _heardAt) = (logTime, _now);

    /// <summary>The expiry of a number that is sent for the first time now.</summary>
    /// <remarks>Never above what a frame can carry: a replica that tells nonsense would have every other one end the connection, for ever.</remarks>
    public long Next() => _highest = Math.Max(_highest, Math.Min(_heard + (_now - _heardAt) + lifetime, Limits.HighestTime));

    /// <summary>A number of the session has this expiry: those behind it have no lower one.</summary>
    public void OnGiven(long expiry) => _highest = Math.Max(_highest, expiry);

    /// <summary>A new session: nothing was sent in it.</summary>
    public void Restart() => _highest = 0;
}
