using NUnit.Framework;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Requests;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Ordered;

/// <summary>Operations that wait for others anyway, so that the next entry need not be made for them at once, and when it is certain in which entry they are (ordered rule M8).</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PatientRequestsTests
{
    private const int CommandsPerEntry = 4;
    private const int EntryBytes = 1_000;

    private static readonly EntryStamp _stamp = new(View.First, 500_000, 1);

    private readonly RequestQueue _queue = new(new GroupOptions { ReplicaCount = 3, Self = new ReplicaId(0), CommandsPerEntry = CommandsPerEntry, EntryBytes = EntryBytes });
    private readonly List<ClientHandle> _clients = [];

    [Test]
    public void One_that_is_not_patient_hurries_all()
    {
        Add(1, isPatient: true);
        Assert.That(_queue.IsPatient, Is.True);

        Add(2, isPatient: false);
        Assert.That(_queue.IsPatient, Is.False);

        _queue.TakeEntry(_stamp, _clients);
        Add(3, isPatient: true);
        Assert.That(_queue.IsPatient, Is.True, "the next entry is another matter");
    }

    [Test]
    public void What_has_waited_for_a_whole_tick_is_due()
    {
        _queue.OnTick();
        Add(1, isPatient: true);
        _queue.OnTick();
        Assert.That(_queue.IsPatient, Is.True, "no whole tick has passed");

        _queue.OnTick();

        Assert.That(_queue.IsPatient, Is.False);
        _queue.TakeEntry(_stamp, _clients);
        Add(2, isPatient: true);
        _queue.OnTick();
        Assert.That(_queue.IsPatient, Is.True, "what came behind that waits for a tick of its own");
    }

    [Test]
    public void What_an_entry_has_no_space_for_is_in_as_much_of_a_hurry_as_what_is_in_it()
    {
        for (int number = 1; number <= CommandsPerEntry + 1; number++)
            Add(number, isPatient: number > 1);

        _queue.TakeEntry(_stamp, _clients);

        Assert.That((_queue.Count, _queue.IsPatient), Is.EqualTo((1, false)));
    }

    [Test]
    public void They_fit_one_entry_up_to_its_number_of_commands()
    {
        for (int number = 1; number <= CommandsPerEntry; number++)
        {
            Assert.That(_queue.TryKeepPlaces(), Is.True);
            Add(number, isPatient: true);
        }

        Assert.That(_queue.TryKeepPlaces(), Is.True);
        Add(CommandsPerEntry + 1, isPatient: true);
        Assert.That(_queue.TryKeepPlaces(), Is.False);
    }

    [Test]
    public void They_fit_one_entry_up_to_its_bytes()
    {
        Add(1, isPatient: true, bytes: EntryBytes / 2);
        Assert.That(_queue.TryKeepPlaces(), Is.True);

        Add(2, isPatient: true, bytes: EntryBytes / 2);

        Assert.That(_queue.TryKeepPlaces(), Is.False);
        Assert.That(_queue.TakeEntry(_stamp, _clients).CommandCount, Is.EqualTo(1));
    }

    [Test]
    public void What_has_a_place_for_certain_is_in_the_next_entry_whatever_is_taken_along()
    {
        Add(1, isPatient: true);
        Assert.That(_queue.TryKeepPlaces(), Is.True);
        for (int number = 0; number < CommandsPerEntry; number++)
            _queue.AddAlong(Request(10 + number, bytes: 1));
        Add(2, isPatient: true);

        Assert.That(NumbersIn(_queue.TakeEntry(_stamp, _clients)), Is.EqualTo(new[] { 10L, 11, 12, 1 }));

        _queue.HurryAlong();
        Assert.That(NumbersIn(_queue.TakeEntry(_stamp, _clients)), Is.EqualTo(new[] { 13L, 2 }));
    }

    [Test]
    public void Nothing_is_certain_beside_the_replacement_of_a_member_which_has_an_entry_of_its_own()
    {
        _queue.TryAdd(new WaitingRequest(new ClientHandle(1), Request(1, bytes: 1).Request with { Command = new ReplaceMemberCommand(0, new ReplicaId(1), 18, "h:1").Encode() }));
        Assert.That(_queue.TryKeepPlaces(), Is.False);

        _queue.TakeEntry(_stamp, _clients);

        Assert.That(_queue.TryKeepPlaces(), Is.True);
    }

    private static List<long> NumbersIn(Entry entry)
    {
        List<long> numbers = [];
        foreach (EntryCommand command in entry.Commands)
            numbers.Add(command.Sequence.Number);
        return numbers;
    }

    private static WaitingRequest Request(long number, int bytes) => new(
        new ClientHandle(number),
        new ClientRequest(new SessionId(7).AsOrdered(), new SequenceNumber(number), SequenceNumber.None, SequenceNumber.None, KeyCommand.Append("k"u8.ToArray(), new byte[bytes]).Encode()));

    private void Add(long number, bool isPatient, int bytes = 1) => _queue.TryAdd(Request(number, bytes), default, isPatient);
}
