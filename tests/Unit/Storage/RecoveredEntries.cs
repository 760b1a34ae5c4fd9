using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>What was recovered, slot by slot.</summary>
internal static class RecoveredEntries
{
    /// <summary>Votes and decided entries in the order of their slots; what is known to be decided has no view.</summary>
    public static IReadOnlyList<AcceptedEntry> Stored(this RecoveredState state) =>
    [
        .. state.Known.Select(known => new AcceptedEntry(known.Slot, View.None, known.Entry))
            .Concat(state.Votes)
            .OrderBy(entry => entry.Slot),
    ];
}
