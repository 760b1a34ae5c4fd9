using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Requests;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>When the arcs that are served have changed, everything that waits is asked again, whatever its topic.</summary>
public sealed class AllTouchedTests
{
    private static readonly View _view = new(6);

    private readonly List<Reply> _replies = [];
    private ScriptedMachine _machine = null!;
    private WaitTable _waits = null!;

    [SetUp]
    public void LetThreeWait()
    {
        _replies.Clear();
        _machine = new ScriptedMachine();
        _waits = new WaitTable(maximum: 10, maximumPerClient: 10);
        Park(1, "garden", expiresAtTick: 300);
        Park(2, "lobby", expiresAtTick: 100);
        Park(3, "lobby", expiresAtTick: 200);
    }

    [Test]
    public void Every_wait_is_asked_in_the_order_in_which_they_would_expire_and_those_without_an_answer_go_on_waiting()
    {
        List<string> asked = [];
        _machine.Answer = wait =>
        {
            asked.Add($"{wait.Topic} {wait.Position}");
            return wait.Position == 2 ? null : new CommandResult(ReplyStatus.Rejected, [7]);
        };
        _machine.AreAllTouched = true;

        AnswerReady();

        Assert.That(asked, Is.EqualTo(new[] { "lobby 2", "lobby 3", "garden 1" }));
        Assert.That(_replies.ConvertAll(static reply => reply.Client.Number), Is.EqualTo(new long[] { 3, 1 }));
        Assert.That(_replies.ConvertAll(static reply => (reply.Message.Status, reply.Message.View)), Is.All.EqualTo((ReplyStatus.Rejected, _view)));
        Assert.That(_waits.Count, Is.EqualTo(1));
    }

    [Test]
    public void They_are_asked_once_and_not_again_with_the_next_topic()
    {
        int asked = 0;
        _machine.Answer = _ =>
        {
            asked++;
            return null;
        };
        _machine.AreAllTouched = true;

        AnswerReady();
        AnswerReady();

        Assert.That(asked, Is.EqualTo(3));
    }

    [Test]
    public void Topics_that_are_touched_too_find_only_what_still_waits_and_are_drained()
    {
        _machine.Answer = static wait => wait.Topic is "lobby" ? new CommandResult(ReplyStatus.Ok, []) : null;
        _machine.AreAllTouched = true;
        _machine.Touched.AddRange(["lobby", "garden"]);

        AnswerReady();

        Assert.That(_replies.ConvertAll(static reply => reply.Client.Number), Is.EqualTo(new long[] { 2, 3 }));
        Assert.That(_machine.Touched, Is.Empty);
        Assert.That((_waits.Count, _waits.ListCount), Is.EqualTo((1, 2)));
    }

    [Test]
    public void Without_it_only_what_waits_for_a_topic_that_was_touched_is_asked()
    {
        _machine.Answer = static _ => new CommandResult(ReplyStatus.Ok, []);
        _machine.Touched.Add("garden");

        AnswerReady();

        Assert.That(_replies.ConvertAll(static reply => reply.Client.Number), Is.EqualTo(new long[] { 1 }));
    }

    private void Park(long number, string topic, long expiresAtTick)
    {
        Wait wait = new(topic, number, Milliseconds: 1000);
        ClientRequest request = new(SessionId.None, new SequenceNumber(number), SequenceNumber.None, SequenceNumber.None, new byte[] { 1 });
        Assert.That(_waits.TryPark(new ClientHandle(number), in request, in wait, expiresAtTick), Is.True);
    }

    private void AnswerReady() => _waits.AnswerReady(_machine, nowTick: 1, _replies, _view);
}
