using NUnit.Framework;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Roles;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Core.Roles.EffectsText;

namespace PaxosShard.Tests.Unit.Core.Roles;

/// <summary>
/// The value that phase 1 selects for each slot (rule 3). A promise is written as what the acceptor tells: "1@4a" a vote for "a" in slot 1 of
/// view 4, "1=a" that "a" is known to be decided there, "1!" that its disk has lost what it held, "d2" that everything up to 2 is decided there
/// and not told. "-" is an acceptor that tells of nothing, "?" one that has not answered.
/// </summary>
[TestFixture]
internal sealed class PromiseQuorumTests
{
    [TestCase("- ? ?", null, Description = "one is no quorum")]
    [TestCase("- - ?", "")]
    [TestCase("1@0a - ?", "a", Description = "it may have been chosen: the third may have accepted it too")]
    [TestCase("1@0a 1@1b ?", "b", Description = "greater")]
    [TestCase("1@1a 1@0b ?", "a", Description = "less")]
    [TestCase("1@1a 1@1a ?", "a", Description = "equal")]
    [TestCase("2@0b - ?", "no-op b", Description = "nobody of a quorum has accepted anything in slot 1")]
    [TestCase("1@3a,2@0b 2@1c ?", "a c")]
    [TestCase("1=a 1@7b ?", "a", Description = "what is decided outranks every vote")]
    [TestCase("1! 1@0a ?", null, Description = "the one that lost its entry does not count for the slot")]
    [TestCase("1! 1@0a -", "a")]
    [TestCase("1! 1@0a 1@1b", "b")]
    [TestCase("1! 1=a ?", "a", Description = "a known value needs no quorum that counts")]
    [TestCase("d2 - ?", null, Description = "what is decided there and not told has to be fetched")]
    [TestCase("d2 1@0a,2@0b 1@0a", "a b", Description = "a quorum of the others tells as much")]
    [TestCase("3! - ?", null, Description = "one of the two may have held anything in slot 3")]
    public void Three_replicas(string promises, string? selected) => Check(3, promises, selected);

    [TestCase(1, 2, ExpectedResult = 2, Description = "less: it went on")]
    [TestCase(2, 2, ExpectedResult = 2, Description = "equal")]
    [TestCase(3, 2, ExpectedResult = 3, Description = "greater: it was started anew, and which state was wrong before is not known by that")]
    public long The_state_of_the_highest_slot_that_was_told_is_the_one_that_is_compared(long first, long second)
    {
        PromiseQuorum promises = new(new GroupOptions { ReplicaCount = 3, Self = new ReplicaId(0) }, Slot.Zero);
        foreach (long slot in new[] { first, second })
            promises.Add(new ReplicaId(1), new LeaderPromise(View.First, Slot.Zero, new Slot(slot), (ulong)slot, new Slot(1), Slot.Zero, IsFinal: true, Slot.Zero, [], [], []));
        return promises.StateAt(new ReplicaId(1)).Slot.Number;
    }

    [TestCase("- - ? ? ?", null)]
    [TestCase("- - - ? ?", "")]
    [TestCase("1@2a 1@5b 1@3c ? ?", "b")]
    [TestCase("1! 1! 1@2a - ?", null)]
    [TestCase("1! 1! 1@2a - -", "a")]
    public void Five_replicas(string promises, string? selected) => Check(5, promises, selected);

    private static void Check(int replicaCount, string promises, string? selected)
    {
        PromiseQuorum quorum = new(new GroupOptions { ReplicaCount = replicaCount, Self = new ReplicaId(0) }, Slot.Zero);
        string[] told = promises.Split(' ');
        for (int replica = 0; replica < told.Length; replica++)
        {
            if (told[replica] is not "?")
                quorum.Add(new ReplicaId(replica), Promise(told[replica]));
        }

        string? found = quorum.TrySelect(Slot.Zero, Entry.NoOp) is { } entries ? string.Join(' ', entries.Select(Name)) : null;

        Assert.That(found, Is.EqualTo(selected));
    }

    private static LeaderPromise Promise(string told)
    {
        List<AcceptedEntry> votes = [];
        List<DecidedEntry> known = [];
        List<Slot> faulty = [];
        Slot decided = Slot.Zero;
        foreach (string word in told.Split(',').Where(word => word is not "-"))
        {
            if (word[0] is 'd')
                decided = new Slot(word[1] - '0');
            else if (word[1] is '@')
                votes.Add(Vote(word[0] - '0', word[2] - '0', word[3..]));
            else if (word[1] is '=')
                known.Add(new DecidedEntry(new Slot(word[0] - '0'), Named(word[2..])));
            else
                faulty.Add(new Slot(word[0] - '0'));
        }

        Slot last = new(votes.Select(vote => vote.Slot.Number).Concat(known.Select(entry => entry.Slot.Number)).Concat(faulty.Select(slot => slot.Number)).Append(decided.Number).Max());
        return new LeaderPromise(new View(9), decided, Slot.Zero, 0, decided.Next, last, IsFinal: true, Slot.Zero, faulty, votes, known);
    }
}
