using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>
/// The primary r0's view of the others' states. A story is a list of reports: the replica, the slot, and whose state it has there
/// ("=" the primary's, "x" or "y" another one).
/// </summary>
[TestFixture]
internal sealed class StateAgreementTests
{
    [TestCase(3, "", false, false)]
    [TestCase(3, "1@5=", false, false)]
    [TestCase(3, "1@5x", true, false, Description = "r2 is silent: nobody knows")]
    [TestCase(3, "1@5x 2@4=", true, false, Description = "r2 agreed before the slot, which says nothing of it")]
    [TestCase(3, "1@5x 2@5=", false, false)]
    [TestCase(3, "2@9= 1@5x", false, false)]
    [TestCase(3, "1@5x 2@5x", true, true)]
    [TestCase(3, "1@5x 2@5y", true, false, Description = "three states")]
    [TestCase(3, "1@5x 2@6x", true, false, Description = "at different slots they cannot be compared")]
    [TestCase(3, "1@5x 2@6x 1@6x", true, true)]
    [TestCase(3, "1@5x 1@4=", true, false, Description = "what it was before the difference takes nothing back")]
    [TestCase(3, "1@5x 1@5=", false, false, Description = "it was started again")]
    [TestCase(3, "1@5x 1@5= 2@7x", true, false)]
    [TestCase(3, "1@5x 1@5= 2@7x 1@7=", false, false)]
    [TestCase(3, "1@5x 2@6= 2@9x", true, false, Description = "r2 proved r1 wrong, but now it differs itself")]
    [TestCase(5, "1@5x 2@5x", true, false)]
    [TestCase(5, "1@5x 2@5x 3@5=", true, false)]
    [TestCase(5, "1@5x 2@5x 3@5= 4@5=", false, false)]
    [TestCase(5, "1@5x 2@5x 3@5x", true, true)]
    [TestCase(5, "1@5x 2@5x 3@5y 4@5y", true, false)]
    [TestCase(1, "", false, false)]
    public void Who_is_right_is_decided_by_a_quorum(int replicaCount, string story, bool isInDoubt, bool isContradicted)
    {
        StateAgreement agreement = Tell(replicaCount, story);

        Assert.That(agreement.IsInDoubt, Is.EqualTo(isInDoubt));
        Assert.That(agreement.IsContradicted, Is.EqualTo(isContradicted));
    }

    [TestCase(3, "", 0)]
    [TestCase(3, "1@5=", 5)]
    [TestCase(3, "1@5= 2@7=", 7)]
    [TestCase(3, "1@5x 2@7=", 7)]
    [TestCase(3, "1@5= 1@8x", 5)]
    [TestCase(5, "1@5= 2@7=", 5)]
    [TestCase(5, "1@5=", 0)]
    public void The_agreed_slot_is_the_highest_at_which_a_quorum_has_one_state(int replicaCount, string story, long slot)
    {
        StateAgreement agreement = Tell(replicaCount, story);

        Assert.That(agreement.AgreedSlot(new Slot(10)), Is.EqualTo(new Slot(slot)));
    }

    [TestCase("1@6x", 6, Description = "it differs where it was told, and not before")]
    [TestCase("1@6=", 0)]
    [TestCase("1@8x 1@6x", 6, Description = "the lowest that was told")]
    [TestCase("1@6x 1@8=", 6, Description = "the lowest that was told: it may have been started again, which shows at the newest")]
    [TestCase("1@6= 1@8x", 8, Description = "the newest that was told")]
    [TestCase("1@6= 1@7= 1@8x", 8, Description = "the newest that was told")]
    [TestCase("1@6= 2@7x", 7)]
    [TestCase("1@6= 1@6x", 6, Description = "what it told last of that slot")]
    [TestCase("1@6x 1@6=", 0, Description = "what it told last of that slot")]
    public void What_is_told_of_a_slot_before_it_is_executed_counts_as_soon_as_it_is(string story, int inDoubtAt)
    {
        StateAgreement agreement = new(new GroupOptions { ReplicaCount = 3, Self = new ReplicaId(0) });
        Report(agreement, story);

        int first = 0;
        for (int slot = 1; slot <= 10; slot++)
        {
            agreement.OnExecuted(new Slot(slot), Hash('=', slot));
            first = first == 0 && agreement.IsInDoubt ? slot : first;
        }

        Assert.That(first, Is.EqualTo(inDoubtAt));
    }

    [Test]
    public void What_was_told_in_an_earlier_view_does_not_count_in_this_one()
    {
        StateAgreement agreement = new(new GroupOptions { ReplicaCount = 3, Self = new ReplicaId(0) });
        Report(agreement, "1@1x");

        agreement.ForgetOthers();
        agreement.OnExecuted(new Slot(1), Hash('=', 1));

        Assert.That(agreement.IsInDoubt, Is.False);
    }

    private static StateAgreement Tell(int replicaCount, string story)
    {
        StateAgreement agreement = new(new GroupOptions { ReplicaCount = replicaCount, Self = new ReplicaId(0) });
        for (int slot = 1; slot <= 10; slot++)
            agreement.OnExecuted(new Slot(slot), Hash('=', slot));
        Report(agreement, story);
        return agreement;
    }

    private static void Report(StateAgreement agreement, string story)
    {
        foreach (string report in story.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int slot = report[2] - '0';
            agreement.OnReport(new ReplicaId(report[0] - '0'), new Slot(slot), Hash(report[3], slot));
        }
    }

    private static ulong Hash(char state, int slot) => ((ulong)state << 32) | (uint)slot;
}
