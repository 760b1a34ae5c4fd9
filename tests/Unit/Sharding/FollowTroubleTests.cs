using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Replica.Sharding;

namespace PaxosShard.Tests.Unit.Sharding;

/// <summary>What is told of troubles with configurations, and how long the pauses between attempts are.</summary>
[TestFixture]
internal sealed class FollowTroubleTests
{
    [Test]
    public void A_trouble_is_told_once_whatever_each_attempt_says()
    {
        FollowTrouble trouble = new();

        Assert.That(trouble.Begins(FollowStep.AskMasters, new NotAppliedException("refused")), Is.True);
        Assert.That(trouble.Begins(FollowStep.AskMasters, new NotAppliedException("no answer")), Is.False);
        Assert.That(trouble.Begins(FollowStep.AskGroup, new NotAppliedException("no answer")), Is.True);
    }

    [Test]
    public void A_refusal_for_another_reason_is_another_trouble()
    {
        FollowTrouble trouble = new();

        Assert.That(trouble.Begins(FollowStep.TellGroup, new RejectedException("one")), Is.True);
        Assert.That(trouble.Begins(FollowStep.TellGroup, new RejectedException("one")), Is.False);
        Assert.That(trouble.Begins(FollowStep.TellGroup, new RejectedException("two")), Is.True);
    }

    [Test]
    public void Its_end_is_told_once_and_only_when_it_was_told()
    {
        FollowTrouble trouble = new();
        bool[] ends = new bool[3];
        ends[0] = trouble.Ends();
        trouble.Begins(FollowStep.AskMasters, new NotAppliedException("refused"));
        ends[1] = trouble.Ends();
        ends[2] = trouble.Ends();

        Assert.That(ends, Is.EqualTo(new[] { false, true, false }));
        Assert.That(trouble.Begins(FollowStep.AskMasters, new NotAppliedException("refused")), Is.True);
    }

    [Test]
    public void Pauses_grow_to_a_second_and_begin_anew_after_a_success()
    {
        RetryPause pause = new();
        TimeSpan longest = RetryPause.First;
        for (int attempt = 0; attempt < 20; attempt++)
        {
            Assert.That(pause.Next(), Is.InRange(longest / 2, longest));
            longest = longest * 2 > RetryPause.Last ? RetryPause.Last : longest * 2;
        }

        pause.Reset();
        Assert.That(pause.Next(), Is.LessThanOrEqualTo(RetryPause.First));
    }
}
