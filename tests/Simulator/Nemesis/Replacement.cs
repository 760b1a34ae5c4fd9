namespace PaxosShard.Simulator.Nemesis;

/// <summary>The replacement of a member, drawn before the run begins.</summary>
/// <param name="Time">When it begins at the earliest, in virtual microseconds: those before it have to be over, and the group has to stand it.</param>
/// <param name="Place">The place of the member.</param>
/// <param name="IsOfPrimary">Replaces the primary of that time instead.</param>
/// <param name="Fate">What becomes of the machine that had the place.</param>
/// <param name="Delay">From then until the operator asks for the newcomer, in virtual microseconds.</param>
/// <param name="Duration">How long the old machine is away before it comes back, in virtual microseconds.</param>
/// <param name="LooksFirst">The operator looks at the member list before it asks.</param>
public sealed record Replacement(long Time, int Place, bool IsOfPrimary, ReplacedFate Fate, long Delay, long Duration, bool LooksFirst);

/// <summary>What becomes of a machine that is replaced.</summary>
public enum ReplacedFate
{
    /// <summary>It is lost, with its disk.</summary>
    Lost,

    /// <summary>It goes on as if nothing had happened.</summary>
    Alive,

    /// <summary>It is cut off from all others, and comes back.</summary>
    CutOff,

    /// <summary>It is killed, and started again on its old disk, with all that it had promised and accepted.</summary>
    StartedAgain,
}
