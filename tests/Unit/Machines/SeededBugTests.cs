#if SEEDED_BUGS
using NUnit.Framework;
using PaxosShard.Wire;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>The tests of this folder are strong enough to catch each known wrong version of rules 9 and 10 (bugs 70 to 79).</summary>
[NonParallelizable]
public sealed class SeededBugTests
{
    [TearDown]
    public void SwitchOff() => SeededBug.Active = 0;

    [Test]
    public void A_wrong_version_differs_from_the_obvious_one([Values(70, 71, 72, 73, 74, 75, 76, 78, 79)] int bug)
    {
        SeededBug.Active = bug;
        SeededBug.Reached = 0;
        string? difference = null;
        for (int seed = 1; seed <= 20 && difference is null; seed++)
            difference = NaiveMachineComparisonTests.FindDifference(seed, sessions: 3, window: 9, requests: 1000);

        TestContext.Out.WriteLine(difference);
        Assert.That(SeededBug.Reached, Is.Positive);
        Assert.That(difference, Is.Not.Null);
    }

    [Test]
    public void Replicas_that_use_something_of_their_own_have_different_hashes()
    {
        SeededBug.Active = 77;
        ExecutedLog left = new();
        ExecutedLog right = new();
        Entry entry = EntryOf(5000, Send(new SessionId(1), 1));

        left.Execute(entry);
        right.Execute(entry);

        Assert.That(right.State.Hash, Is.Not.EqualTo(left.State.Hash));
    }
}
#endif
