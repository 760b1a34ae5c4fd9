using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// Replaced members (rule 13). M1: only members of a list promise, vote, lead and want to leave in its views, and nobody does so in an older list once it has promised a
/// view of a newer one; what is chosen in views of a list are slots of that list. M2: nobody promises or votes in a view of a list before everything up to the replacement that
/// made it is on its disk. M3: at every slot all replicas have the same member list. M4: each replacement that is executed makes the next list, and no primary proposes
/// above a replacement before it has executed it.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="chosen">Which values are chosen.</param>
public sealed class MemberChecker(CheckContext context, ChosenChecker chosen)
{
    private readonly Standing[] _standings = [.. Enumerable.Range(0, context.MachineCount).Select(static _ => new Standing())];

    /// <summary>A machine has had everything up to the replacement that made it a member on its disk, and has promised a view of that list.</summary>
    public bool HasJoined(int machine) => _standings[machine].CaughtUpList > 0;

    /// <summary>A slot was executed for the first time.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="members">The member list after it.</param>
    public void OnExecuted(Slot slot, Members members)
    {
        long before = context.Lists.Newest.Number;
        if (members.Number == before)
            return;
        if (members.Number != before + 1 || members.Slot != slot)
            context.Report("M4", $"{slot} makes member list {members.Number} of {members.Slot} out of list {before}");
        context.Marks.Reach(Mark.MemberReplaced);
        chosen.OnList(context.Lists.Add(members));
    }

    /// <summary>The disk was read at a start.</summary>
    public void OnRecovered(int machine, RecoveredState recovered)
    {
        if (!context.MayReplace)
            return;
        Standing standing = _standings[machine];
        standing.PromisedList = recovered.ViewRecordLost ? 0 : recovered.Promised.List;
        standing.Replacements.Clear();
        foreach (DecidedEntry known in recovered.Known)
            standing.Note(known.Slot.Number, known.Entry);
        foreach (AcceptedEntry vote in recovered.Votes)
            standing.Note(vote.Slot.Number, vote.Entry);
    }

    /// <summary>A message leaves a replica.</summary>
    public void OnLeaves(int machine, Message message)
    {
        if (!context.MayReplace)
            return;
        View view = MessageView.Of(message);
        if (view != View.None && message is not Refusal && !context.Lists.Includes(view.List, machine))
            context.Report("M1", $"r{machine} sends {message.Kind} of {view}, and is no member by list {view.List}");
    }

    /// <summary>A replica hands a record to its disk.</summary>
    public void OnRecord(int machine, in Record record)
    {
        if (!context.MayReplace)
            return;
        Standing standing = _standings[machine];
        if (record.Entry is { } entry)
            standing.Note(record.Slot.Number, entry);
        if (record.Kind is not (RecordKind.Views or RecordKind.Accepted))
            return;
        CheckMember(machine, standing, record);
        bool isOwn = record.Kind == RecordKind.Accepted && record.View.Primary(context.ReplicaCount).Index == context.PlaceOf(machine);
        if (isOwn)
            NoteProposed(machine, standing, record);
    }

    /// <summary>A step is over, or a process starts.</summary>
    public void OnStepped(int machine, ReplicaCore core)
    {
        if (!context.MayReplace)
            return;
        Standing standing = _standings[machine];
        standing.Executed = core.Executed.Number;
        CheckProposals(machine, standing);
        if (ReferenceEquals(standing.Members, core.Members) && standing.Executed < standing.End)
            return;
        ExecutedList list = context.Lists.After(core.Executed);
        standing.Members = core.Members;
        standing.End = context.Lists.EndOf(list.Number);
        if (!context.IsStruck[machine] && (core.Members.Number != list.Number || core.Members.Hash != list.Hash))
            context.Report("M3", $"r{machine} has member list {core.Members.Number} ({core.Members.Hash:x16}) after {core.Executed}; it is list {list.Number} ({list.Hash:x16})");
    }

    private void CheckMember(int machine, Standing standing, in Record record)
    {
        long list = record.View.List;
        if (list < standing.PromisedList)
            context.Report("M1", $"r{machine} goes back to {record.View} after it has promised a view of list {standing.PromisedList}");
        if (!context.Lists.Includes(list, machine))
        {
            context.Report("M1", $"r{machine} promises or votes in {record.View}, and is no member by list {list}");
            return;
        }

        if (record.Kind == RecordKind.Views)
            standing.PromisedList = list;
        if (list <= standing.CaughtUpList)
            return;
        CheckDurable(machine, list);
        standing.CaughtUpList = list;
        if (machine >= context.ReplicaCount)
            context.Marks.Reach(Mark.NewcomerVotes);
    }

    private void CheckDurable(int machine, long list)
    {
        DurableImage image = context.Images[machine];
        for (long slot = image.SnapshotSlot + 1; slot <= context.Lists[list].Slot && !image.IsDamaged; slot++)
        {
            StoredSlot stored = image.Slots.Read(slot);
            if (stored.IsStored && chosen.TryGet(slot, out ChosenValue value) && value.Value == stored.Value)
                continue;
            context.Report("M2", $"r{machine} promises or votes in list {list}, made by s{context.Lists[list].Slot}, and s{slot} is not on its disk as it was decided");
            return;
        }
    }

    private void NoteProposed(int machine, Standing standing, in Record record)
    {
        if (machine >= context.ReplicaCount)
            context.Marks.Reach(Mark.NewcomerLeads);
        foreach (long replacement in standing.Replacements)
        {
            if (replacement > standing.Executed && replacement < record.Slot.Number)
                standing.Above.Add((replacement, record.Slot, record.View));
        }
    }

    /// <summary>Called after the step, because what it executed is known only after its records.</summary>
    private void CheckProposals(int machine, Standing standing)
    {
        foreach ((long replacement, Slot slot, View view) in standing.Above)
        {
            if (replacement > standing.Executed)
                context.Report("M4", $"r{machine} proposes {slot} in {view} above the replacement in s{replacement}, and has executed s{standing.Executed}");
        }

        standing.Above.Clear();
    }

    private sealed class Standing
    {
        /// <summary>The slots of its log that hold a replacement.</summary>
        public HashSet<long> Replacements { get; } = [];

        /// <summary>What was proposed in this step above a replacement that was not executed before it.</summary>
        public List<(long Replacement, Slot Slot, View View)> Above { get; } = [];

        public Members? Members { get; set; }

        public long End { get; set; }

        public long Executed { get; set; }

        public long PromisedList { get; set; }

        public long CaughtUpList { get; set; }

        public void Note(long slot, Entry entry)
        {
            if (entry.ReplacesMember)
                Replacements.Add(slot);
            else if (Replacements.Count > 0)
                Replacements.Remove(slot);
        }
    }
}
