using NUnit.Framework;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ClientCore;

/// <summary>The window of a session's requests (rule 9): what fits, what is sent in which order and under which names.</summary>
public sealed class RequestWindowTests
{
    [TestCase(2, ExpectedResult = true)]
    [TestCase(3, ExpectedResult = false, Description = "equal to the capacity")]
    public bool A_request_has_a_place_while_fewer_are_in_it_than_it_holds(int count) => Filled(count, capacity: 3).HasRoomFor(1);

    [TestCase(5, ExpectedResult = true, Description = "less than the bytes left")]
    [TestCase(6, ExpectedResult = true, Description = "equal")]
    [TestCase(7, ExpectedResult = false, Description = "greater")]
    public bool A_request_has_a_place_when_its_bytes_fit(int size) => Filled(1, capacity: 10, bytes: 10, size: 4).HasRoomFor(size);

    [Test]
    public void A_request_longer_than_all_bytes_has_a_place_alone() => Assert.That(new RequestWindow(10, 10).HasRoomFor(11), Is.True);

    [TestCase(1, ExpectedResult = false, Description = "less than the oldest: it has left")]
    [TestCase(2, ExpectedResult = true, Description = "equal to the oldest")]
    [TestCase(4, ExpectedResult = true, Description = "equal to the newest")]
    [TestCase(5, ExpectedResult = false, Description = "greater than the newest")]
    public bool A_reply_finds_what_has_a_number_and_no_result(long sequence)
    {
        RequestWindow window = Filled(4, capacity: 10);
        window.Complete(window.Find(new SequenceNumber(1))!);
        return window.Find(new SequenceNumber(sequence)) is not null;
    }

    [TestCase(new long[0], ExpectedResult = 1)]
    [TestCase(new long[] { 1 }, ExpectedResult = 2)]
    [TestCase(new long[] { 2, 3 }, ExpectedResult = 1, Description = "the first has no result")]
    [TestCase(new long[] { 2, 1 }, ExpectedResult = 3)]
    public long The_mark_never_passes_a_request_without_a_result(long[] answered)
    {
        RequestWindow window = Filled(4, capacity: 10);
        foreach (long number in answered)
            window.Complete(window.Find(new SequenceNumber(number))!);
        return window.AcknowledgedBelow.Number;
    }

    [TestCase(new long[] { 1 }, ExpectedResult = 2, Description = "the oldest")]
    [TestCase(new long[] { 2 }, ExpectedResult = 1, Description = "one before it has no result")]
    [TestCase(new long[] { 2, 3, 1 }, ExpectedResult = 4)]
    public long The_mark_passes_what_was_given_up_as_soon_as_it_is_the_oldest(long[] givenUp)
    {
        RequestWindow window = Filled(4, capacity: 10);
        SendAll(window);
        foreach (long number in givenUp)
            window.Abandon(window.Find(new SequenceNumber(number))!);
        Assert.That(window.UnderWay, Is.EqualTo(window.Count));
        return window.AcknowledgedBelow.Number;
    }

    [Test]
    public void Requests_leave_in_order_and_each_names_the_one_before() =>
        Assert.That(SendAll(Filled(3, capacity: 10)), Is.EqualTo(new[] { (1L, 0L), (2L, 1L), (3L, 2L) }));

    [Test]
    public void After_a_break_everything_without_a_result_leaves_again_under_the_same_numbers()
    {
        RequestWindow window = Filled(3, capacity: 10);
        SendAll(window);
        window.Complete(window.Find(new SequenceNumber(1))!);

        window.Detach();

        Assert.That(SendAll(window), Is.EqualTo(new[] { (2L, 0L), (3L, 2L) }));
    }

    [Test]
    public void Who_follows_a_request_that_was_taken_out_names_the_one_before_that()
    {
        RequestWindow window = Filled(3, capacity: 10);

        window.TakeOut(window.Find(new SequenceNumber(2))!);

        Assert.That(SendAll(window), Is.EqualTo(new[] { (1L, 0L), (3L, 1L) }));
    }

    [Test]
    public void However_many_were_taken_out_one_after_the_other_the_newest_keeps_one_of_them_at_most()
    {
        RequestWindow window = new(capacity: 10, bytesMax: 1000);
        Request newest = new(new byte[1], timeout: null);
        window.Add(newest);
        for (int count = 0; count < 100; count++)
        {
            Request next = new(new byte[1], timeout: null);
            window.Add(next);
            window.TakeOut(newest);
            newest = next;
        }

        Assert.That(newest.Before?.Before, Is.Null, "nothing of it was ever sent");
    }

    [Test]
    public void After_a_refusal_nothing_leaves_before_the_window_is_rewound()
    {
        RequestWindow window = Filled(3, capacity: 10);
        window.TryTake(now: 0, out Request first, out _);

        window.Refuse(first, ReplyEffect.Busy);

        Assert.That(window.TryTake(now: 0, out _, out _), Is.False);
        window.Rewind();
        Assert.That(SendAll(window)[0], Is.EqualTo((1L, 0L)));
    }

    [TestCase(49, ExpectedResult = false, Description = "younger than asked for")]
    [TestCase(50, ExpectedResult = true, Description = "as old as asked for")]
    [TestCase(51, ExpectedResult = true, Description = "older")]
    public bool The_oldest_request_is_sent_once_more_when_its_copy_is_old_enough(long now)
    {
        RequestWindow window = Filled(1, capacity: 10);
        SendAll(window);
        return window.TryRetake(now, now - 50, out _, out _);
    }

    [Test]
    public void The_oldest_is_sent_again_although_the_answers_to_all_behind_it_are_lost()
    {
        RequestWindow window = Filled(3, capacity: 3);
        SendAll(window);
        window.Refuse(window.Find(new SequenceNumber(1))!, ReplyEffect.Busy);

        window.Rewind();

        Assert.That(window.UnderWay, Is.EqualTo(2), "more than is sent at once by now");
        Assert.That(window.TryTake(now: 1, out Request request, out _), Is.True);
        Assert.That(request.Sequence, Is.EqualTo(new SequenceNumber(1)));
    }

    [Test]
    public void Busy_halves_what_is_sent_at_once_and_each_success_allows_one_more()
    {
        RequestWindow window = Filled(8, capacity: 8);
        SendAll(window);
        window.Refuse(window.Find(new SequenceNumber(8))!, ReplyEffect.Busy);
        window.Detach();

        Assert.That(SendAll(window), Has.Count.EqualTo(4));
        window.Complete(window.Find(new SequenceNumber(1))!);
        Assert.That(SendAll(window), Has.Count.EqualTo(2), "one for its place, and one more");
    }

    private static RequestWindow Filled(int count, int capacity, long bytes = 1000, int size = 1)
    {
        RequestWindow window = new(capacity, bytes);
        for (int number = 0; number < count; number++)
            window.Add(new Request(new byte[size], timeout: null));
        return window;
    }

    private static List<(long Sequence, long Previous)> SendAll(RequestWindow window)
    {
        List<(long, long)> sent = [];
        while (window.TryTake(now: 0, out Request request, out SequenceNumber previous))
            sent.Add((request.Sequence.Number, previous.Number));
        return sent;
    }
}
