using NUnit.Framework;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Ordered;
using PaxosShard.Replica.Core.Requests;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Ordered;

/// <summary>Requests for which no entry is made, and which the next one takes along: gates that are opened and that nobody waits for (ordered rule M6).</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RequestsAlongTests
{
    private static readonly EntryStamp _stamp = new(View.First, 500_000, 1);

    private readonly RequestQueue _queue = new(new GroupOptions { ReplicaCount = 3, Self = new ReplicaId(0) });
    private readonly List<ClientHandle> _clients = [];

    [Test]
    public void They_are_no_reason_for_an_entry_and_stand_in_front_of_what_is_one()
    {
        _queue.AddAlong(Request(1, client: 0));
        Assert.That(_queue.Count, Is.Zero);

        _queue.TryAdd(Request(2, client: 7), new OrderedPlace(new Gate(3, new PlacementToken(0, View.First, new Slot(1)))));
        Entry entry = _queue.TakeEntry(_stamp, _clients);

        List<(long Number, bool HasGate)> taken = [];
        foreach (EntryCommand command in entry.Commands)
            taken.Add((command.Sequence.Number, command.Gate is not null));
        Assert.That(taken, Is.EqualTo(new[] { (1L, false), (2L, true) }));
        Assert.That(_clients, Is.EqualTo(new[] { default, new ClientHandle(7) }));
        Assert.That(_queue.Count, Is.Zero);
    }

    [Test]
    public void They_are_a_reason_once_somebody_waits_or_enough_time_has_passed()
    {
        _queue.AddAlong(Request(1, client: 0));

        _queue.HurryAlong();

        Assert.That(_queue.Count, Is.EqualTo(1));
        _queue.TakeEntry(_stamp, _clients);
        _queue.AddAlong(Request(2, client: 0));
        Assert.That(_queue.Count, Is.Zero, "the next one waits again");
    }

    [Test]
    public void Nothing_is_left_of_them_when_everything_is_handed_back()
    {
        _queue.AddAlong(Request(1, client: 0));
        _queue.HurryAlong();

        Assert.That(_queue.Drain(), Is.Empty);

        Assert.That(_queue.Count, Is.Zero);
    }

    private static WaitingRequest Request(long number, long client) =>
        new(new ClientHandle(client), new ClientRequest(new SessionId(7).AsOrdered(), new SequenceNumber(number), SequenceNumber.None, SequenceNumber.None, KeyCommand.Append("k"u8.ToArray(), "v"u8.ToArray()).Encode()));
}
