namespace PaxosShard.Client.Listing;

/// <summary>Makes one page of what several groups have.</summary>
internal static class NamePages
{
    private static readonly Comparer<ReadOnlyMemory<byte>> _byBytes =
        Comparer<ReadOnlyMemory<byte>>.Create(static (left, right) => left.Span.SequenceCompareTo(right.Span));

    /// <summary>
    /// What comes first, in order and each name once, and no further than every group has told what it has: behind the end of a page that is not the last one of its group
    /// there may be names that come before those of another group's page.
    /// </summary>
    /// <param name="pages">A page of each group, all from behind the same name.</param>
    /// <param name="count">Most items; none when it is not positive.</param>
    /// <typeparam name="T">What is listed.</typeparam>
    public static NamePage<T> Merge<T>(IReadOnlyList<NamePage<T>> pages, int count)
    {
        (ReadOnlyMemory<byte> Name, T Item)[] all =
        [
            .. pages.SelectMany(static page => page.Items)
                .OrderBy(static item => item.Name, _byBytes)
                .DistinctBy(static item => Convert.ToHexString(item.Name.Span), StringComparer.Ordinal),
        ];
        NamePage<T>[] unfinished = [.. pages.Where(static page => page.HasMore)];
        int known = Array.Exists(unfinished, static page => page.Items.Count == 0) ? 0
            : unfinished.Length == 0 ? all.Length
            : CountUpTo(all, unfinished.Select(static page => page.Items[^1].Name).Min(_byBytes));
        int taken = Math.Clamp(count, 0, known);
        return new NamePage<T>(all[..taken], taken < all.Length || unfinished.Length > 0);
    }

    private static int CountUpTo<T>((ReadOnlyMemory<byte> Name, T Item)[] items, ReadOnlyMemory<byte> end) =>
        items.Count(item => _byBytes.Compare(item.Name, end) <= 0);
}

/// <summary>A page of what one group has, by the bytes of the names.</summary>
/// <param name="Items">What is listed, in order, with its name.</param>
/// <param name="HasMore">There is more behind the last one that is listed.</param>
/// <typeparam name="T">What is listed.</typeparam>
internal sealed record NamePage<T>(IReadOnlyList<(ReadOnlyMemory<byte> Name, T Item)> Items, bool HasMore);
