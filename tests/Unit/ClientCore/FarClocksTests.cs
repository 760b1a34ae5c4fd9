using System.Text;
using NUnit.Framework;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Ordered;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>
/// An ordered session over two shards whose log times are days apart: expiries grow along a session, and a shard takes none that is more than 15 minutes above its own log time (rule 9), so that not all can leave at once.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FarClocksTests
{
    private const string Early = "early";
    private const string Late = "late";
    private const long Days = 17L * 24 * 60 * 60 * 1000;

    private readonly ClusterStory _cluster = new ClusterStory(new ClientCoreOptions { Seed = 7, Silence = 10_000, Waiting = 3 }).Begin(ClusterStory.First(Late));
    private readonly OrderedLine _line = new();
    private SequenceNumber _heard = SequenceNumber.None;

    [Test]
    public void What_goes_to_the_shard_of_the_earlier_time_waits_for_those_before_it_and_leaves_in_a_session_of_its_own()
    {
        FindBoth();
        SessionId before = _line.Session;

        Assert.That(Begin(Late, Early, Late), Is.EqualTo(new[] { (3L, 0L) }), "the others wait");
        Assert.That(Replied(ClusterStory.Two, 3), Is.EqualTo(new[] { (3L, Outcome.Done) }));

        OrderedRequest[] sent = [.. _cluster.Story.SentOrdered];
        Assert.That(sent.Select(Names), Is.EqualTo(new[] { (4L, 0L), (5, 4) }));
        Assert.That(sent.Select(static one => one.Request.Session), Is.All.EqualTo(_line.Session).And.Not.EqualTo(before));
        Assert.That(sent[0].Request.Expiry, Is.InRange(1, Limits.LongestLife));
        Assert.That(sent[1].Request.Expiry, Is.GreaterThan(Days));
        Assert.That(Replied(ClusterStory.One, 4).Concat(Replied(ClusterStory.Two, 5)), Is.EqualTo(new[] { (4L, Outcome.Done), (5, Outcome.Done) }));
    }

    [Test]
    public void When_one_behind_it_was_sent_before_that_was_known_it_is_not_applied_and_goes_when_it_is_issued_again()
    {
        Begin(Late, Early, Late);
        _cluster.Story.Lead(CoreStory.Shard(ClusterStory.Two), view: 0, Days);
        Assert.That(_cluster.Story.SentOrdered.Select(Names), Is.EqualTo(new[] { (1L, 0L), (3, 2) }));

        _cluster.Story.Lead(CoreStory.Shard(ClusterStory.One), view: 0);

        Assert.That(_cluster.Story.SentOrdered, Is.Empty);
        Assert.That(Replied(ClusterStory.Two, 1), Is.EqualTo(new[] { (1L, Outcome.Done), (2, Outcome.NotApplied), (3, Outcome.NotApplied) }));
        Assert.That(_cluster.Story.Completed[1].Reason, Does.Contain("clocks"));
        _heard = new SequenceNumber(2);
        Assert.That(Begin(Early, Late), Is.EqualTo(new[] { (4L, 0L), (5, 4) }));
        Assert.That(Replied(ClusterStory.One, 4).Concat(Replied(ClusterStory.Two, 5)), Is.EqualTo(new[] { (4L, Outcome.Done), (5, Outcome.Done) }));
    }

    [Test]
    public void What_is_issued_behind_a_failure_goes_in_yet_another_session_also_when_one_was_drawn_before_that_was_told()
    {
        FindBoth();
        Begin(Late, Early, Late);
        Begin(Late);
        Replied(ClusterStory.Two, 3);
        SessionId renewed = _line.Session;
        Replied(ClusterStory.One, 4);
        Assert.That(Replied(ClusterStory.Two, 5), Is.EqualTo(new[] { (5L, Outcome.Done), (6, Outcome.NotApplied) }), "it was one too many");
        _heard = new SequenceNumber(6);

        Assert.That(Begin(Late), Is.EqualTo(new[] { (7L, 0L) }));

        Assert.That(_line.Session, Is.Not.EqualTo(renewed));
    }

    private static (long Number, long Previous) Names(OrderedRequest sent) => (sent.Request.Sequence.Number, sent.Request.Previous.Number);

    private void FindBoth()
    {
        Begin(Early);
        _cluster.Story.Lead(CoreStory.Shard(ClusterStory.One), view: 0);
        Replied(ClusterStory.One, 1);
        Begin(Late);
        _cluster.Story.Lead(CoreStory.Shard(ClusterStory.Two), view: 0, Days);
        Replied(ClusterStory.Two, 2);
    }

    private (long Number, long Previous)[] Begin(params string[] keys)
    {
        _cluster.Story.Step([.. keys.Select(key => ClientInput.Begin(new OrderedCall(_line, KeyCommand.Append(Encoding.UTF8.GetBytes(key), "x"u8.ToArray()).Encode(), timeout: null) { Heard = _heard }))]);
        return [.. _cluster.Story.SentOrdered.Select(Names)];
    }

    private (long Number, Outcome Outcome)[] Replied(GroupId group, long number)
    {
        long logTime = group == ClusterStory.Two ? Days : 0;
        _cluster.RepliedBy(group, new ClientReply(_line.Session, new SequenceNumber(number), ReplyStatus.Ok, View.First, KeyResult.Encode(KeyOutcome.Done, [])) { LogTime = logTime });
        return [.. _cluster.Completed.Select(static completion => (((OrderedCall)completion.Call).Sequence.Number, completion.Outcome))];
    }
}
