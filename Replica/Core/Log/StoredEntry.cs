using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Core.Log;

/// <summary>What a slot of the log holds here: nothing, a vote of this replica, or a value that is known to be decided and is no vote.</summary>
/// <remarks>
/// It holds the bytes of the entry and makes an <see cref="Wire.Entries.Entry"/> of them whenever one is asked for: the log is kept for seconds, and as many small objects would be moved by the collector, in steps for
/// which clients wait.
/// </remarks>
internal readonly record struct StoredEntry
{
    /// <summary>Nothing was accepted.</summary>
    public static readonly StoredEntry Nothing = new(View.None, default, isKnown: false);

    private readonly ReadOnlyMemory<byte> _bytes;

    private StoredEntry(View view, ReadOnlyMemory<byte> bytes, bool isKnown)
    {
        View = view;
        _bytes = bytes;
        IsKnown = isKnown;
    }

    /// <summary>The view of the vote, which never goes down (rule 4); <see cref="View.None"/>, the view of no promise, where there is no vote.</summary>
    public View View { get; }

    /// <summary>The value, or null.</summary>
    public Entry? Entry => HasEntry ? Entry.Restore(_bytes) : null;

    /// <summary>There is a value.</summary>
    public bool HasEntry => !_bytes.IsEmpty;

    /// <summary>Bytes of the value; 0 for none.</summary>
    public int Length => _bytes.Length;

    /// <summary>Commands of the value, which there is.</summary>
    public int CommandCount => Entry.CommandCountOf(_bytes.Span);

    /// <summary>The stamp of the value, which there is.</summary>
    public long LogTime => Entry.LogTimeOf(_bytes.Span);

    /// <summary>It was learned to be decided: it stands in no view, and no vote replaces it.</summary>
    public bool IsKnown { get; }

    /// <summary>This replica accepted the entry in a view.</summary>
    public static StoredEntry Vote(View view, Entry entry) => new(view, entry.Bytes, isKnown: false);

    /// <summary>The entry is decided, whatever this replica accepted.</summary>
    public static StoredEntry Known(Entry entry) => new(View.None, entry.Bytes, isKnown: true);
}
