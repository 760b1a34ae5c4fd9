using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.Raw;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.ChatApp.Load;

[TestFixture]
internal sealed class RawSessionTests
{
    private static readonly SessionId _id = new(7);

    [Test]
    public void RequestsHaveNumbersInTheirOrderAndTheMarkOfTheOldestWithoutAResult()
    {
        RawSession session = new(_id);
        ClientRequest first = session.Next(new byte[] { 1 }, logTime: 1000, now: 1);
        session.Next(new byte[] { 1 }, logTime: 1000, now: 1);
        session.Take(Reply(2));
        ClientRequest third = session.Next(new byte[] { 1 }, logTime: 1000, now: 1);
        session.Take(Reply(1));
        ClientRequest fourth = session.Next(new byte[] { 1 }, logTime: 2000, now: 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((first.Session, first.Sequence.Number, first.AcknowledgedBelow.Number), Is.EqualTo((_id, 1L, 1L)));
            Assert.That((third.Sequence.Number, third.AcknowledgedBelow.Number), Is.EqualTo((3L, 1L)), "1 has no result yet");
            Assert.That((fourth.Sequence.Number, fourth.AcknowledgedBelow.Number), Is.EqualTo((4L, 3L)));
            Assert.That(first.Expiry, Is.EqualTo(1000 + 120_000));
            Assert.That(fourth.Expiry, Is.EqualTo(2000 + 120_000));
        }
    }

    [Test]
    public void ItIsFullWhenTheNextNumberWouldBeTooFarAboveTheOldest()
    {
        RawSession session = new(_id);
        for (int number = 1; number <= 2 * RawSession.Most; number++)
        {
            Assert.That(session.IsFull, Is.False);
            session.Next(new byte[] { 1 }, logTime: 0, now: 1);
            if (number > 1)
                session.Take(Reply(number));
        }

        Assert.That(session.IsFull, Is.True, "1 has no result");
        session.Take(Reply(1));
        Assert.That(session.IsFull, Is.False);
    }

    [Test]
    public void ReadsGoInNoSessionAndAnyNumberOfThemIsUnderWay()
    {
        RawSession session = new(SessionId.None, most: 2000);
        ClientRequest last = default;
        for (int number = 1; number <= 2000; number++)
            last = session.Next(new byte[] { 1 }, logTime: 1000, now: 7);

        Assert.That((last.Session, last.Sequence.Number, last.AcknowledgedBelow, last.Expiry), Is.EqualTo((SessionId.None, 2000L, SequenceNumber.None, 0L)));
        Assert.That(session.IsFull, Is.False);
        Assert.That(session.Take(Reply(2000)), Is.EqualTo(7));
    }

    [Test]
    public void AnAnswerThatIsNoResultOrAnswersNothingEndsTheMeasurement()
    {
        RawSession session = new(_id);
        session.Next(new byte[] { 1 }, logTime: 0, now: 1);
        session.Next(new byte[] { 1 }, logTime: 0, now: 1);
        session.Take(Reply(2));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => session.Take(Reply(1, ReplyStatus.Busy)), Throws.TypeOf<WireFormatException>());
            Assert.That(() => session.Take(Reply(2)), Throws.TypeOf<WireFormatException>(), "it was answered before");
            Assert.That(() => session.Take(Reply(3)), Throws.TypeOf<WireFormatException>(), "it was not sent");
            Assert.That(() => session.Take(Reply(0)), Throws.TypeOf<WireFormatException>());
        }
    }

    private static ClientReply Reply(long number, ReplyStatus status = ReplyStatus.Ok) => new(_id, new SequenceNumber(number), status, View.None, default);
}
