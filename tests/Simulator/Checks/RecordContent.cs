using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;

namespace PaxosShard.Simulator.Checks;

/// <summary>What a record of the log is about.</summary>
internal static class RecordContent
{
    /// <summary>The entry in it; null when it has none.</summary>
    public static Entry? Entry(this Record record) => record switch
    {
        AcceptedRecord accepted => accepted.Entry,
        LearnedRecord learned => learned.Entry,
        _ => null,
    };

    /// <summary>The slot of that entry; 0 when it has none.</summary>
    public static long Slot(this Record record) => record switch
    {
        AcceptedRecord accepted => accepted.Slot.Number,
        LearnedRecord learned => learned.Slot.Number,
        _ => 0,
    };
}
