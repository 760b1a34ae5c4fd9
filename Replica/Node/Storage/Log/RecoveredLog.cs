using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage.Log;

/// <summary>What recovery made of the log; what is of a group, by the index of the group.</summary>
internal sealed record RecoveredLog
{
    /// <summary>Where the synced part ends; everything behind it is cut, once <see cref="Unsynced"/> is written again.</summary>
    public required LogEnd End { get; init; }

    /// <summary>Readable records behind that end: they may never have been synced, so they are written again before they count.</summary>
    public required IReadOnlyList<LogBatch> Unsynced { get; init; }

    /// <summary>The highest view that a record or the name of a lost one has.</summary>
    public required IReadOnlyList<View> HighestViews { get; init; }

    /// <summary>What the core needs of it; its promise is only that of the log.</summary>
    public required IReadOnlyList<RecoveredState> States { get; init; }
}
