using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S27: the first view of an entry is the lowest view in which it was ever proposed in its slot, as the replicas were seen proposing it. It is dead exactly when
/// that is below the first view of an entry that was executed before it; a dead entry runs no command and changes nothing that the machine holds (rule 3).
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="proposals">In which views an entry was proposed.</param>
/// <param name="reference">The log executed once more.</param>
public sealed class DeadEntryChecker(CheckContext context, ProposalChecker proposals, ReferenceExecution reference)
{
    private readonly SlotTable<FirstView> _highestAfter = new();
    private long _highest;
    private ulong _machine;

    /// <summary>The highest first view of the entries up to a slot; null when nobody was seen executing it.</summary>
    public long? HighestAfter(Slot slot) => _highestAfter.Read(slot.Number) is { IsKnown: true } known ? known.View : null;

    /// <summary>A slot was executed for the first time.</summary>
    public void OnExecuted(Slot slot, Entry entry)
    {
        long first = proposals.FirstViewOf(slot.Number, ContentHash.Of(entry));

        // What a script put on a disk as learned was never seen to be proposed.
        if (first < 0)
            first = entry.FirstView.Number;
        else if (first != entry.FirstView.Number)
            context.Report("S27", $"the entry of {slot} says that it was first proposed in {entry.FirstView}; it was in v{first}");
        bool isDead = first < _highest;
        if (entry.CommandCount > 0)
            CheckCommands(slot, entry, isDead);
        if (isDead && reference.State.Machine.Hash != _machine)
            context.Report("S27", $"{slot} holds a dead entry of v{first}, and it changes the state");
        _highest = Math.Max(_highest, first);
        _highestAfter[slot.Number] = new FirstView(true, _highest);
        _machine = reference.State.Machine.Hash;
    }

    private void CheckCommands(Slot slot, Entry entry, bool isDead)
    {
        bool hasAnswers = reference.Replies.Count > 0;
        if (hasAnswers == isDead)
            context.Report("S27", $"{slot} {(isDead ? "runs" : "does not run")} the entry of {entry.FirstView}; v{_highest} is the highest first view before it");
        if (isDead)
            context.Marks.Reach(Mark.DeadEntry);
    }

    private readonly record struct FirstView(bool IsKnown, long View);
}
