using PaxosShard.Client.Core.Groups;

namespace PaxosShard.Client.Core;

/// <summary>One thing that a user wants. Whoever makes it keeps it: by it a completion says which call it ends.</summary>
/// <param name="caller">What the caller keeps with it; never looked at here.</param>
public abstract class Call(object? caller)
{
    /// <summary>What the caller keeps with it.</summary>
    public object? Caller { get; private protected set; } = caller;

    /// <summary>The caller has been told how it ended. It may still be driven, so that what comes behind it keeps its order.</summary>
    public bool IsCompleted { get; internal set; }

    // Where it is driven; null before it has begun.
    internal GroupCalls? Holder { get; set; }
}
