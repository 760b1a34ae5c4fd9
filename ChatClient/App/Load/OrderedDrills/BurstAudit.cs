namespace PaxosShard.ChatClient.App.Load.OrderedDrills;

/// <summary>What the callers of a <see cref="BurstLoad"/> were told, and whether it can be true.</summary>
/// <param name="Bursts">Bursts.</param>
/// <param name="Operations">Their operations, and one append to each key before them.</param>
/// <param name="Failed">Those that certainly did not take effect.</param>
/// <param name="Unknown">Those whose outcome is unknown.</param>
/// <param name="Wrong">Why no order explains what was seen; null when that is not known of any.</param>
/// <param name="Undecided">Why the search for an order was given up; null when it came to its end.</param>
internal sealed record BurstAudit(int Bursts, int Operations, int Failed, int Unknown, string? Wrong, string? Undecided)
{
    /// <summary>An order was found that explains everything.</summary>
    public bool HasOneOrder => Wrong is null && Undecided is null;

    /// <summary>Whether there is an order, in a word or two: no order is one that cannot be, which nobody knows of a search that was given up.</summary>
    public string Verdict
    {
        get
        {
            if (Wrong is not null)
                return "NO order";
            return Undecided is null ? "one order" : "UNDECIDED";
        }
    }

    /// <summary>All of some together: there is no order when one of them has none.</summary>
    public static BurstAudit Of(IReadOnlyCollection<BurstAudit> audits) => new(
        audits.Sum(static audit => audit.Bursts),
        audits.Sum(static audit => audit.Operations),
        audits.Sum(static audit => audit.Failed),
        audits.Sum(static audit => audit.Unknown),
        audits.FirstOrDefault(static audit => audit.Wrong is not null)?.Wrong,
        audits.FirstOrDefault(static audit => audit.Undecided is not null)?.Undecided);
}
