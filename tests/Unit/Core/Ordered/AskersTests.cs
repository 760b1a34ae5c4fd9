using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Ordered;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Core.Ordered;

/// <summary>Which questions of other groups a primary keeps (ordered rule M3).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AskersTests
{
    private static readonly SessionId _session = new SessionId(1).AsOrdered();

    private readonly Askers _askers = new();

    [Test]
    public void When_there_are_too_many_the_oldest_is_forgotten()
    {
        for (long number = 1; number <= Askers.Most + 1; number++)
            _askers.Add(Ask(1, Name(number), number));

        Assert.That(_askers.Count, Is.EqualTo(Askers.Most));
        Assert.That(_askers.Take(_session, new SequenceNumber(1)), Is.Empty);
        Assert.That(_askers.Take(_session, new SequenceNumber(2)), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_question_that_is_asked_again_is_one_and_as_new_as_its_last_copy()
    {
        _askers.Add(Ask(1, Name(1), 1));
        _askers.Add(Ask(2, Name(1), 2));
        _askers.Add(Ask(1, Name(1), 3));

        _askers.ForgetBefore(3);

        Assert.That(_askers.Take(_session, new SequenceNumber(9)), Is.EqualTo(new[] { Ask(1, Name(1), 3) }));
        Assert.That(_askers.Count, Is.Zero);
    }

    [Test]
    public void What_is_taken_is_a_number_and_all_below_it_in_one_session()
    {
        for (long number = 1; number <= 4; number++)
            _askers.Add(Ask(number, Name(number), 1));
        _askers.Add(Ask(9, new OperationName(new SessionId(2).AsOrdered(), new SequenceNumber(1)), 1));

        Assert.That(_askers.Take(_session, new SequenceNumber(3)).Select(static taken => taken.Name.Sequence.Number), Is.EqualTo(new[] { 1, 2, 3 }));
        _askers.Forget(new ClientHandle(9));
        Assert.That(_askers.Count, Is.EqualTo(1));
    }

    private static Question Ask(long asker, OperationName name, long tick) => new(new ClientHandle(asker), name, new Arc(0), Expiry: 0, tick);

    private static OperationName Name(long number) => new(_session, new SequenceNumber(number));
}
