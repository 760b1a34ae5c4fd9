using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Log;

/// <summary>What a slot of the log holds here; no entry means that nothing was accepted in it.</summary>
/// <param name="View">The highest view it was accepted in; it never goes down (rule 4).</param>
/// <param name="Entry">The value, or null.</param>
internal readonly record struct StoredEntry(View View, Entry? Entry)
{
    /// <summary>Nothing was accepted.</summary>
    public static readonly StoredEntry Nothing = new(View.None, null);
}
