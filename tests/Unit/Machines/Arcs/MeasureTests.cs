using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Machines.Arcs;

/// <summary>How much is in arcs, whatever has been stored, changed and deleted there before.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class MeasureTests
{
    private static readonly SessionId _session = new(1);
    private readonly ExecutedLog _log = new();
    private long _sent;

    [Test]
    public void Keys_rooms_and_their_bytes_are_counted_by_arc()
    {
        Put("one", "12345");
        Put("two", "1");
        Run(new SendMessageCommand("room", "ada", "hello").Encode());

        ArcsMeasure keys = Measure("one", "two");
        ArcsMeasure room = Measure("room");

        Assert.That(keys, Is.EqualTo(new ArcsMeasure(2, 0, 3 + 5 + 3 + 1)));
        Assert.That((room.Keys, room.Rooms), Is.EqualTo((0L, 1L)));
        Assert.That(room.Bytes, Is.GreaterThanOrEqualTo(4 + 3 + 5));
        Assert.That(MeasureAll(), Is.EqualTo(keys.Add(room)));
    }

    [Test]
    public void What_is_replaced_appended_and_deleted_is_counted_as_it_is_left()
    {
        Put("one", "12345");
        Put("one", "123");
        Run(KeyCommand.Append(Encoding.UTF8.GetBytes("one"), Encoding.UTF8.GetBytes("4567")));
        Put("two", "1");
        Run(KeyCommand.Delete(Encoding.UTF8.GetBytes("two")));

        Assert.That(MeasureAll(), Is.EqualTo(new ArcsMeasure(1, 0, 3 + 7)));
        Assert.That(Measure("two"), Is.EqualTo(default(ArcsMeasure)));
    }

    [TestCase("8A0000000000000000", true, Description = "no arcs")]
    [TestCase("8A00000000000000010FFF", true)]
    [TestCase("8A00000000000000011000", false, Description = "an arc that there is not")]
    [TestCase("8A00000000000000020001", false, Description = "fewer than it says")]
    [TestCase("8A000000000000000200020001", false, Description = "not ascending")]
    [TestCase("8A0000000100000000", false, Description = "a name")]
    public void What_is_no_question_is_malformed(string query, bool isOne) =>
        Assert.That(_log.State.Read(ExecutedLog.Query(Convert.FromHexString(query))).Status, Is.EqualTo(isOne ? ReplyStatus.Ok : ReplyStatus.Malformed));

    private void Put(string key, string value) => Run(KeyCommand.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value)));

    private void Run(KeyCommand command) => Run(command.Encode());

    private void Run(byte[] command) => Assert.That(_log.Execute(ExecutedLog.Request(_session, ++_sent, command, previous: _sent - 1)).Status, Is.EqualTo(ReplyStatus.Ok));

    private ArcsMeasure Measure(params string[] names) => Measure(names.Select(static name => Arc.Of(Encoding.UTF8.GetBytes(name)).Number).Distinct().Order());

    private ArcsMeasure MeasureAll() => Measure(Enumerable.Range(0, Arc.Count));

    private ArcsMeasure Measure(IEnumerable<int> arcs) => ArcsMeasure.Decode(_log.State.Read(ExecutedLog.Query(new MeasureArcsQuery([.. arcs]).Encode())).Payload.Span);
}
