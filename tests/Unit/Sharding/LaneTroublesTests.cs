using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Replica.Sharding;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Tests.Unit.Sharding;

/// <summary>What is told of the failures of a driver.</summary>
[TestFixture]
internal sealed class LaneTroublesTests
{
    private static readonly WatchJob _news = new WatchJob(-1) { Lane = "news" };
    private static readonly ReadOwn _question = new ReadOwn { Lane = "own" };
    private static readonly Tell _command = new Tell(new EndMovesCommand(2).Encode(), GroupId.None, "end job 2") { Lane = "own" };
    private static readonly CopyArcs _copy = new CopyArcs(new GroupId(1), ["shard:7000"], new CopyArcsQuery(2, new GroupId(1), new GroupId(3), default)) { Lane = "copy" };

    private LaneTroubles _troubles = null!;

    [SetUp]
    public void Begin() => _troubles = new LaneTroubles();

    [Test]
    public void A_trouble_of_a_lane_is_told_once_whatever_each_attempt_says()
    {
        Assert.That(_troubles.Begins(_news, new NotAppliedException("refused")), Is.True);
        Assert.That(_troubles.Begins(_news, new NotAppliedException("no answer")), Is.False);
        Assert.That(_troubles.Begins(_question, new NotAppliedException("no answer")), Is.True);
        Assert.That(_troubles.Begins(_command, new OutcomeUnknownException("no answer", retry: null)), Is.False);
    }

    [Test]
    public void A_refusal_for_another_reason_is_another_troubles()
    {
        Assert.That(_troubles.Begins(_command, new RejectedException("one")), Is.True);
        Assert.That(_troubles.Begins(_command, new RejectedException("one")), Is.False);
        Assert.That(_troubles.Begins(_command, new RejectedException("two")), Is.True);
    }

    [Test]
    public void A_source_that_is_not_as_far_yet_is_no_trouble_at_first()
    {
        List<bool> told = [];
        for (int attempt = 0; attempt < 7; attempt++)
            told.Add(_troubles.Begins(_copy, new RejectedException("not yet")));

        Assert.That(told, Is.EqualTo(new[] { false, false, false, false, false, true, false }));
    }

    [Test]
    public void Its_end_is_told_once_and_only_when_it_was_told()
    {
        string[] before = [.. _troubles.End(static _ => null)];
        _troubles.Begins(_news, new NotAppliedException("refused"));
        _troubles.Begins(_copy, new RejectedException("not yet"));
        string[] during = [.. _troubles.End(static _ => "refused")];
        string[] after = [.. _troubles.End(static _ => null)];
        string[] again = [.. _troubles.End(static _ => null)];

        Assert.That(before, Is.Empty);
        Assert.That(during, Is.Empty);
        Assert.That(after, Is.EqualTo(new[] { "news" }));
        Assert.That(again, Is.Empty);
        Assert.That(_troubles.Begins(_news, new NotAppliedException("refused")), Is.True);
    }
}
