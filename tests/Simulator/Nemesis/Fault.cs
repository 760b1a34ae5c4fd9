namespace PaxosShard.Simulator.Nemesis;

/// <summary>One fault, drawn before the run begins.</summary>
/// <param name="Time">When it strikes, in virtual microseconds.</param>
/// <param name="Duration">How long it lasts.</param>
/// <param name="Kind">What it is.</param>
/// <param name="First">The replica it strikes, or one end of a link.</param>
/// <param name="Second">The other end.</param>
/// <param name="Detail">What else is needed: a set of replicas as bits, a number of milliseconds, who is told.</param>
public sealed record Fault(long Time, long Duration, FaultKind Kind, int First, int Second, long Detail)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Time / 1000} ms for {Duration / 1000} ms: {Kind} r{First} r{Second} {Detail}";
}
