using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Log;

/// <summary>What a slot of the log holds here: nothing, a vote of this replica, or a value that is known to be decided and is no vote.</summary>
internal readonly record struct StoredEntry
{
    /// <summary>Nothing was accepted.</summary>
    public static readonly StoredEntry Nothing = new(View.None, null, isKnown: false);

    private StoredEntry(View view, Entry? entry, bool isKnown)
    {
        View = view;
        Entry = entry;
        IsKnown = isKnown;
    }

    /// <summary>The view of the vote, which never goes down (rule 4); <see cref="View.None"/>, the view of no promise, where there is no vote.</summary>
    public View View { get; }

    /// <summary>The value, or null.</summary>
    public Entry? Entry { get; }

    /// <summary>It was learned to be decided: it stands in no view, and no vote replaces it.</summary>
    public bool IsKnown { get; }

    /// <summary>This replica accepted the entry in a view.</summary>
    public static StoredEntry Vote(View view, Entry entry) => new(view, entry, isKnown: false);

    /// <summary>The entry is decided, whatever this replica accepted.</summary>
    public static StoredEntry Known(Entry entry) => new(View.None, entry, isKnown: true);
}
