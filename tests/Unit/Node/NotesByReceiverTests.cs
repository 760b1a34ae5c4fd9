using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Transport.Groups;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>What is told to several in one turn leaves in as few messages as hold it, and nobody gets what is another one's.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NotesByReceiverTests
{
    private readonly NotesByReceiver<ClientHandle> _notes = new();

    [Test]
    public void Each_gets_its_own_in_the_order_in_which_they_came()
    {
        for (int round = 0; round < 3; round++)
        {
            int[] receivers = [2, 1, 2, 3, 1, 2];
            bool[] first = [.. receivers.Select((receiver, index) => _notes.Add(new ClientHandle(receiver + round), Note(index + 1)))];

            Assert.That(first, Is.EqualTo(new[] { true, true, false, true, false, false }));
            Assert.That(Enumerable.Range(0, _notes.Count).Select(index => _notes.ReceiverAt(index).Number), Is.EqualTo(new[] { 2 + round, 1 + round, 3 + round }));
            Assert.That(Numbers(0), Is.EqualTo(new[] { new[] { 1, 3, 6 } }));
            Assert.That(Numbers(1), Is.EqualTo(new[] { new[] { 2, 5 } }));
            Assert.That(Numbers(2), Is.EqualTo(new[] { new[] { 4 } }));
            _notes.Clear();
            Assert.That(_notes.Count, Is.Zero);
        }
    }

    [TestCase(1, 1)]
    [TestCase(Limits.NotesPerFrame, 1)]
    [TestCase(Limits.NotesPerFrame + 1, 2)]
    public void No_message_has_more_than_fit_a_frame(int notes, int messages)
    {
        for (int number = 1; number <= notes; number++)
            _notes.Add(new ClientHandle(1), Note(number));
        IReadOnlyList<long>[] numbers = Numbers(0);

        Assert.That(numbers, Has.Length.EqualTo(messages));
        Assert.That(numbers.SelectMany(static one => one), Is.EqualTo(Enumerable.Range(1, notes)));
        Assert.That(numbers[..^1], Has.All.Count.EqualTo(Limits.NotesPerFrame));
    }

    [Test]
    public void A_message_that_was_made_is_nobody_elses_afterwards()
    {
        _notes.Add(new ClientHandle(1), Note(1));
        GroupNotes made = _notes.MessagesAt(0)[0];
        _notes.Clear();
        _notes.Add(new ClientHandle(1), Note(2));

        Assert.That(made.Notes.Select(static note => note.Sequence.Number), Is.EqualTo(new[] { 1 }));
    }

    private IReadOnlyList<long>[] Numbers(int index) => [.. _notes.MessagesAt(index).Select(static message => message.Notes.Select(static note => note.Sequence.Number).ToArray())];

    private static GroupNote Note(long number) => GroupNote.Ask(new SessionId(1).AsOrdered(), new SequenceNumber(number), arc: 0, configuration: 1, expiry: 0);
}
