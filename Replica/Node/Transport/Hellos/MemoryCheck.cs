using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Transport.Hellos;

/// <summary>The newest start of a peer whose hello was answered since this replica was started; nothing older is remembered any more.</summary>
/// <param name="Identity">The peer's drawn identity.</param>
/// <param name="Start">The start.</param>
internal readonly record struct Greeted(ulong Identity, StartMark Start);

/// <summary>
/// Finds out whether the sender of a hello, or this replica, has forgotten something that the other one remembers: another data
/// directory, another start of it, a promise or a vote. Whoever has is not listened to: it may vote against its own votes.
/// </summary>
/// <param name="self">This replica.</param>
/// <param name="members">The member list that it has executed.</param>
/// <param name="hello">The hello, which fits otherwise.</param>
/// <param name="standing">What it says of its sender.</param>
/// <param name="known">What is remembered of the replica in the sender's place.</param>
/// <param name="greeted">Its newest start that was answered.</param>
internal sealed class MemoryCheck(
    ReplicaCard self, EffectiveMembers members, Hello hello, ReplicaStanding standing, PeerMemory known, Greeted greeted)
{
    private const string WhatToDo = "leave it stopped, or bring its own newest directory back";

    /// <summary>The sender has an older member list than the one that names this replica, and remembers the one that had the place before.</summary>
    private bool RemembersPredecessor =>
        hello.List < members.Number && standing.KnownIdentity != self.Identity && members.IdentityAt(self.Self) == self.Identity;

    /// <summary>The refusal; null when nobody has forgotten anything, as far as that can be told.</summary>
    /// <param name="isAnswer">
    /// It answers a hello of this start: then what it remembers is the newest. With a call it may have been said before the last answer.
    /// </param>
    public HelloRefusal? FindForgotten(bool isAnswer)
    {
        if (known.Identity != 0 && hello.Identity != known.Identity)
        {
            return Refuse(
                $"{hello.Replica} comes with another data directory than before: an emptied one never votes in its place; {WhatToDo}");
        }

        // Without a vote it can forget what it likes. It is not remembered either.
        if (!standing.Votes)
            return null;
        return CheckOrder(known.Start, "was seen")
            ?? (greeted.Identity == hello.Identity ? CheckOrder(greeted.Start, "was greeted") : null)
            ?? CheckStarts()
            ?? CheckOwnStarts(isAnswer)
            ?? (hello.Start == known.Start ? null : CheckVotes());
    }

    private HelloRefusal? CheckOrder(StartMark newest, string how)
    {
        if (hello.Incarnation < newest.Number)
        {
            return Refuse(
                $"{hello.Replica} comes with start {hello.Incarnation} of its data directory, start {newest.Number} {how}: "
                + $"an older copy never votes in its place; {WhatToDo}");
        }

        return hello.Incarnation == newest.Number && hello.Start != newest
            ? Refuse(
                $"{hello.Replica} comes with a start {hello.Incarnation} of its data directory that is not the one that {how}: "
                + $"there are two copies, and an older copy never votes in its place; {WhatToDo}")
            : null;
    }

    /// <summary>
    /// A replica with an older list may meet the replaced and the new member of a place by turns (rule 13). What it has shown one of them of its starts says nothing of the other.
    /// </summary>
    private static bool IsForAnother(ulong shownTo, ulong identity) => shownTo != 0 && shownTo != identity;

    /// <summary>What is remembered of the sender must be one of its starts.</summary>
    private HelloRefusal? CheckStarts() => IsForAnother(standing.ShownTo, self.Identity) ? null : StartHistory.Judge(known.Start, standing.Shown, hello.Start) switch
    {
        StartVerdict.ReplicaIsOlder => Refuse(
            $"{hello.Replica} comes with start {hello.Incarnation} of a data directory that does not know the start {known.Start.Number} that was seen: "
            + $"an older copy never votes in its place; {WhatToDo}"),
        StartVerdict.MemoryIsOlder => RefuseSelf(
            $"{self.Self} remembers start {known.Start.Number} of {hello.Replica} and had met start {standing.Shown.First.Number}"),
        _ => null,
    };

    /// <summary>What the sender remembers of this replica must be one of its own starts.</summary>
    private HelloRefusal? CheckOwnStarts(bool isAnswer)
    {
        if (!members.SelfVotes || standing.KnownIdentity == 0 || RemembersPredecessor || IsForAnother(known.ShownIdentity, hello.Identity))
            return null;
        if (standing.KnownIdentity != self.Identity)
            return RefuseSelf($"{hello.Replica} has met {self.Self} with another data directory: this one was emptied or made anew");
        return StartHistory.Judge(standing.Known, known.Shown, self.Start) switch
        {
            StartVerdict.ReplicaIsOlder => RefuseSelf(
                $"{hello.Replica} has met start {standing.Known.Number} of {self.Self}, which this data directory does not know of"),
            StartVerdict.MemoryIsOlder when isAnswer => Refuse(
                $"{hello.Replica} remembers start {standing.Known.Number} of {self.Self} and had met start {known.Shown.First.Number}: "
                + $"an older copy never votes in its place; {WhatToDo}"),
            _ => null,
        };
    }

    /// <summary>Everything that was heard from an earlier start was on the disk, so a later one finds it there, or says that it lost it.</summary>
    private HelloRefusal? CheckVotes()
    {
        if (standing.Promised < known.Promised)
        {
            return Refuse(
                $"{hello.Replica} comes with the promise {standing.Promised} on its disk and had given {known.Promised}: "
                + $"an older copy never votes in its place; {WhatToDo}");
        }

        bool hasSaidSo = standing.LossStart > known.Start.Number;
        return standing.Stored < known.Voted && !hasSaidSo
            ? Refuse(
                $"{hello.Replica} comes with a log up to slot {standing.Stored.Number} and had voted up to slot {known.Voted.Number}: "
                + $"an older copy never votes in its place; {WhatToDo}")
            : null;
    }

    private static HelloRefusal Refuse(string reason) => new(RefusalCode.IdentityMismatch, reason);

    private static HelloRefusal RefuseSelf(string reason) =>
        new(RefusalCode.OlderCopy, $"{reason}: an older copy never votes in its place, so it stops; {WhatToDo}");
}
