using System.Text;
using NUnit.Framework;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>In what the execution of an ordered session differs from that of any other one (ordered rules M1, M10 and M11).</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OrderedSessionTests
{
    private static readonly SessionId _session = new SessionId(3).AsOrdered();
    private static readonly byte[] _cancel = new CancelOperationCommand("k"u8.ToArray()).Encode();

    private readonly ExecutedLog _log = new();

    [Test]
    public void What_was_cancelled_never_runs_and_is_answered_so_by_whatever_command()
    {
        Assert.That(_log.Execute(Request(_session, 1, _cancel, previous: 0)).Status, Is.EqualTo(ReplyStatus.Cancelled));

        Assert.That(_log.Execute(Append(1)).Status, Is.EqualTo(ReplyStatus.Cancelled));
        Assert.That(_log.Execute(Request(_session, 1, _cancel, previous: 0)).Status, Is.EqualTo(ReplyStatus.Cancelled));
        Assert.That(_log.State.StateOf(_session, new SequenceNumber(1), out _), Is.EqualTo(OperationState.Cancelled));
        Assert.That(Value(), Is.Empty);
    }

    [Test]
    public void What_has_run_is_not_cancelled_and_its_result_is_the_answer()
    {
        ClientReply ran = _log.Execute(Append(1));

        ClientReply cancelled = _log.Execute(Request(_session, 1, _cancel, previous: 0));

        Assert.That((cancelled.Status, cancelled.Payload.ToArray()), Is.EqualTo((ran.Status, ran.Payload.ToArray())));
        Assert.That(_log.State.StateOf(_session, new SequenceNumber(1), out _), Is.EqualTo(OperationState.Firm));
    }

    [Test]
    public void An_operation_does_not_run_behind_one_that_was_cancelled_or_has_not_run()
    {
        Assert.That(_log.Execute(Append(2, previous: 1)).Status, Is.EqualTo(ReplyStatus.OutOfOrder));
        _log.Execute(Request(_session, 1, _cancel, previous: 0));

        Assert.That(_log.Execute(Append(2, previous: 1)).Status, Is.EqualTo(ReplyStatus.OutOfOrder));
        Assert.That(_log.Execute(Append(2)).Status, Is.EqualTo(ReplyStatus.Ok), "one without a predecessor does");
    }

    [Test]
    public void One_that_names_a_predecessor_below_the_mark_is_an_old_copy()
    {
        Assert.That(_log.Execute(Append(6, acknowledgedBelow: 5)).Status, Is.EqualTo(ReplyStatus.Ok));

        Assert.That(_log.Execute(Append(5, previous: 4, acknowledgedBelow: 1)).Status, Is.EqualTo(ReplyStatus.Stale));
        Assert.That(_log.State.StateOf(_session, new SequenceNumber(4), out _), Is.EqualTo(OperationState.Over));
    }

    [Test]
    public void A_get_in_the_log_has_its_place_and_keeps_its_result()
    {
        _log.Execute(Append(1));
        ClientReply first = _log.Execute(Request(_session, 2, KeyCommand.Get("k"u8.ToArray()).Encode(), previous: 1));
        _log.Execute(Append(3, previous: 2));

        ClientReply again = _log.Execute(Request(_session, 2, KeyCommand.Get("k"u8.ToArray()).Encode(), previous: 0));

        Assert.That(Encoding.UTF8.GetString(KeyResult.Decode(first.Payload.Span).Value.Span), Is.EqualTo("1;"));
        Assert.That(again.Payload.ToArray(), Is.EqualTo(first.Payload.ToArray()));
        Assert.That(Value(), Is.EqualTo("1;3;"));
    }

    [Test]
    public void It_is_kept_for_an_hour_longer_than_another_one()
    {
        SessionId plain = new(4);
        _log.Execute(Append(1, expiry: 5_000));
        _log.Execute(Send(plain, 1, previous: 0, expiry: 5_000));

        _log.Advance(5_000 + Limits.OrderedLife - 1);
        Assert.That((_log.State.Sessions.Find(plain) is null, _log.State.Sessions.Find(_session) is null), Is.EqualTo((true, false)));
        Assert.That(_log.Execute(Append(1, expiry: 5_000)).Status, Is.EqualTo(ReplyStatus.Ok), "what became of it is known");

        _log.Advance(5_000 + Limits.OrderedLife + 1);
        Assert.That(_log.State.Sessions.Find(_session), Is.Null);
    }

    [Test]
    public void A_plain_session_cancels_nothing()
    {
        Assert.That(_log.Execute(Request(new SessionId(4), 1, _cancel, previous: 0)).Status, Is.EqualTo(ReplyStatus.Malformed));
    }

    private static ClientRequest Append(long number, long previous = 0, long acknowledgedBelow = 0, long expiry = Expiry) =>
        Request(_session, number, KeyCommand.Append("k"u8.ToArray(), Encoding.UTF8.GetBytes($"{number};")).Encode(), previous, acknowledgedBelow, expiry);

    private string Value() => Encoding.UTF8.GetString(KeyResult.Decode(_log.State.Read(Query(KeyCommand.Get("k"u8.ToArray()).Encode())).Payload.Span).Value.Span);
}
