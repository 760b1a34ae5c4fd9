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
        Assert.That(Take(1), Is.Empty);
        Assert.That(Take(2), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_question_that_is_asked_again_is_one_and_as_new_as_its_last_copy()
    {
        _askers.Add(Ask(1, Name(1), 1));
        _askers.Add(Ask(2, Name(1), 2));
        _askers.Add(Ask(1, Name(1), 3));

        _askers.ForgetBefore(3);

        Assert.That(Take(9), Is.EqualTo(new[] { Ask(1, Name(1), 3) }));
        Assert.That(_askers.Count, Is.Zero);
    }

    [Test]
    public void What_is_taken_is_a_number_and_all_below_it_in_one_session()
    {
        for (long number = 1; number <= 4; number++)
            _askers.Add(Ask(number, Name(number), 1));
        _askers.Add(Ask(9, new OperationName(new SessionId(2).AsOrdered(), new SequenceNumber(1)), 1));

        Assert.That(Take(3).Select(static taken => taken.Name.Sequence.Number), Is.EqualTo(new[] { 1, 2, 3 }));
        _askers.Forget(new ClientHandle(9));
        Assert.That(_askers.Count, Is.EqualTo(1));
    }

    [Test]
    public void What_was_asked_in_any_order_is_taken_by_its_numbers_and_those_for_one_number_in_the_order_in_which_they_came()
    {
        Random random = new(1);
        (long Asker, long Number)[] asked = [.. Enumerable.Range(1, 40).Select(asker => ((long)asker, random.NextInt64(1, 9)))];
        for (int round = 0; round < 3; round++)
        {
            foreach ((long asker, long number) in asked)
                _askers.Add(Ask(asker, Name(number), round));

            Assert.That(Take(4).Concat(Take(9)).Select(static taken => (taken.Asker.Number, taken.Name.Sequence.Number)), Is.EqualTo(asked.OrderBy(static one => one.Number)));
            Assert.That(_askers.Count, Is.Zero);
        }
    }

    private List<Question> Take(long last)
    {
        List<Question> taken = [];
        _askers.Take(_session, new SequenceNumber(last), taken);
        return taken;
    }

    private static Question Ask(long asker, OperationName name, long tick) => new(new ClientHandle(asker), name, new Arc(0), Expiry: 0, tick);

    private static OperationName Name(long number) => new(_session, new SequenceNumber(number));
}
