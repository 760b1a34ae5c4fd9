namespace PaxosShard.Simulator.Scenarios;

/// <summary>What becomes of writes that were not synced when the power fails.</summary>
public enum Unsynced
{
    /// <summary>All of them are lost.</summary>
    Lost,

    /// <summary>All of them reached the disk by chance.</summary>
    Kept,

    /// <summary>The sector that was written first reached the disk, the ones behind it did not: a write that was cut short.</summary>
    CutShort,

    /// <summary>The sector that was written first did not reach the disk, the ones behind it did: a write without its beginning.</summary>
    Headless,

    /// <summary>Each sector is kept, lost, torn or spoilt for itself.</summary>
    Torn,
}
