using PaxosShard.Client;

namespace PaxosShard.Replica.Sharding;

/// <summary>Decides what of the failures of a follower is told: each once, not each attempt, and that it is over.</summary>
internal sealed class FollowTrouble
{
    private string? _told;

    /// <summary>A step failed.</summary>
    /// <param name="doing">What it was about.</param>
    /// <param name="failure">Why.</param>
    /// <returns>It is to be told, because it is not what was told last.</returns>
    public bool Begins(FollowStep doing, Exception failure)
    {
        // A refusal is known by its reason. Other failures say which address did what this time, and are the same trouble whatever they say.
        string trouble = failure is RejectedException ? $"{doing}: {failure.Message}" : $"{doing}";
        if (string.Equals(trouble, _told, StringComparison.Ordinal))
            return false;
        _told = trouble;
        return true;
    }

    /// <summary>A step succeeded.</summary>
    /// <returns>It is to be told, because a trouble was.</returns>
    public bool Ends()
    {
        bool isTold = _told is not null;
        _told = null;
        return isTold;
    }
}
