using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Requests;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using static PaxosShard.Tests.Unit.Machines.ExecutedLog;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>Follows that wait, are answered, expire and are forgotten (C5: no gap, no duplicate).</summary>
public sealed class FollowTests
{
    private static readonly ClientHandle _ann = new(1);
    private static readonly ClientHandle _bob = new(2);
    private static readonly View _view = new(6);

    private static readonly SessionId _session = new(1);

    private readonly List<Reply> _replies = [];
    private ExecutedLog _log = null!;
    private WaitTable _follows = null!;

    [SetUp]
    public void StartAnEmptyLog()
    {
        _log = new ExecutedLog();
        _follows = new WaitTable(maximum: 4, maximumPerClient: 3);
        _replies.Clear();
    }

    [Test]
    public void A_follow_of_messages_that_are_there_is_answered_at_once()
    {
        _log.ExecuteAll(Send(_session, 1, "one"), Send(_session, 2, "two"), Send(_session, 3, "three"));

        ClientReply? reply = _log.State.TryAnswer(Follow("lobby", 2), out _);

        Assert.That(TextsOf(reply!.Value), Is.EqualTo("2:two 3:three"));
    }

    [Test]
    public void A_follow_of_what_does_not_exist_yet_waits()
    {
        _log.Execute(Send(_session, 1));

        Assert.That(_log.State.TryAnswer(Follow("lobby", 2), out _), Is.Null);
        Assert.That(_log.State.TryAnswer(Follow("nowhere", 1), out _), Is.Null);
    }

    [Test]
    public void A_follow_from_a_relative_position_is_malformed_because_the_end_moves_while_it_waits()
    {
        Assert.That(_log.State.TryAnswer(Follow("lobby", 0), out _)!.Value.Status, Is.EqualTo(ReplyStatus.Malformed));
        Assert.That(_log.State.TryAnswer(Follow("lobby", -20), out _)!.Value.Status, Is.EqualTo(ReplyStatus.Malformed));
    }

    [Test]
    public void A_parked_follow_is_answered_when_its_message_comes_with_the_view_of_the_caller()
    {
        Assert.That(Park(_ann, Follow("lobby", 1), 100), Is.True);
        AnswerReady();
        Assert.That(_replies, Is.Empty);

        _log.Execute(Send(_session, 1, "hello"));
        AnswerReady();

        Assert.That(_replies, Has.Count.EqualTo(1));
        Assert.That(_replies[0].Client, Is.EqualTo(_ann));
        Assert.That(_replies[0].Message.View, Is.EqualTo(_view));
        Assert.That(_replies[0].Message.Sequence, Is.EqualTo(new SequenceNumber(77)));
        Assert.That(TextsOf(_replies[0].Message), Is.EqualTo("1:hello"));
        Assert.That(_follows.Count, Is.Zero);
    }

    [Test]
    public void A_follow_ahead_of_the_room_waits_until_the_room_gets_there()
    {
        Park(_ann, Follow("lobby", 3), 100);
        _log.ExecuteAll(Send(_session, 1, "one"), Send(_session, 2, "two"));
        AnswerReady();
        Assert.That(_replies, Is.Empty);

        _log.Execute(Send(_session, 3, "three"));
        AnswerReady();

        Assert.That(TextsOf(_replies[0].Message), Is.EqualTo("3:three"));
    }

    [Test]
    public void A_message_in_another_room_wakes_nobody()
    {
        Park(_ann, Follow("lobby", 1), 100);

        _log.Execute(Send(_session, 1, room: "garden"));
        AnswerReady();

        Assert.That(_replies, Is.Empty);
        Assert.That(_follows.Count, Is.EqualTo(1));
    }

    [Test]
    public void Answers_come_room_by_room_as_touched_and_then_as_parked()
    {
        Park(_bob, Follow("garden", 1), 100);
        Park(_ann, Follow("lobby", 1), 50);
        Park(_bob, Follow("lobby", 1), 40);

        _log.ExecuteAll(Send(_session, 1, "in", "lobby"), Send(_session, 2, "out", "garden"), Send(_session, 3, "again", "lobby"));
        AnswerReady();

        Assert.That(_replies.Select(reply => (reply.Client, TextsOf(reply.Message))), Is.EqualTo(new[]
        {
            (_ann, "1:in 2:again"), (_bob, "1:in 2:again"), (_bob, "1:out"),
        }));
    }

    [Test]
    public void An_expired_follow_is_answered_without_messages_and_says_where_the_room_ends()
    {
        _log.ExecuteAll(Send(_session, 1), Send(_session, 2));
        Park(_ann, Follow("lobby", 3), 11);
        Park(_bob, Follow("nowhere", 1), 10);
        AnswerReady(nowTick: 9);
        Assert.That(_replies, Is.Empty);

        AnswerReady(nowTick: 11);

        Assert.That(_replies.ConvertAll(reply => reply.Client), Is.EqualTo(new[] { _bob, _ann }));
        HistoryResult lobby = HistoryResult.Decode(_replies[1].Message.Payload.Span);
        Assert.That((lobby.First, lobby.Last, lobby.Messages.Count), Is.EqualTo((1, 2, 0)));
        HistoryResult nowhere = HistoryResult.Decode(_replies[0].Message.Payload.Span);
        Assert.That((nowhere.First, nowhere.Last, nowhere.Messages.Count), Is.EqualTo((0, 0, 0)));
        Assert.That(_follows.Count, Is.Zero);
    }

    [Test]
    public void A_follow_that_expires_in_the_tick_its_message_comes_gets_the_message_and_one_answer()
    {
        Park(_ann, Follow("lobby", 1), 10);
        _log.Execute(Send(_session, 1, "just in time"));

        AnswerReady(nowTick: 10);

        Assert.That(_replies, Has.Count.EqualTo(1));
        Assert.That(TextsOf(_replies[0].Message), Is.EqualTo("1:just in time"));
    }

    [Test]
    public void One_client_and_all_together_have_their_bounds_and_an_answer_frees_a_place()
    {
        Assert.That(Park(_ann, Follow("lobby", 1), 100), Is.True);
        Assert.That(Park(_ann, Follow("lobby", 2), 100), Is.True);
        Assert.That(Park(_ann, Follow("lobby", 3), 100), Is.True);
        Assert.That(Park(_ann, Follow("lobby", 4), 100), Is.False, "a fourth of one client");
        Assert.That(Park(_bob, Follow("lobby", 1), 100), Is.True);
        Assert.That(Park(_bob, Follow("lobby", 2), 100), Is.False, "a fifth of all");

        _log.Execute(Send(_session, 1));
        AnswerReady();

        Assert.That(_follows.Count, Is.EqualTo(2));
        Assert.That(Park(_bob, Follow("lobby", 2), 100), Is.True);
    }

    [Test]
    public void A_client_that_is_gone_is_forgotten_and_its_places_are_free()
    {
        Park(_ann, Follow("lobby", 1), 10);
        Park(_bob, Follow("lobby", 1), 10);
        Park(_ann, Follow("garden", 1), 10);

        _follows.Forget(_ann);
        _follows.Forget(new ClientHandle(99));
        _log.ExecuteAll(Send(_session, 1, room: "lobby"), Send(_session, 2, room: "garden"));
        AnswerReady(nowTick: 10);

        Assert.That(_replies.ConvertAll(reply => reply.Client), Is.EqualTo(new[] { _bob }));
        Assert.That(_follows.Count, Is.Zero);
    }

    [Test]
    public void Stepping_down_answers_everybody_once()
    {
        Park(_ann, Follow("lobby", 1), 20);
        Park(_bob, Follow("garden", 1), 10);

        _follows.AnswerAll(ReplyStatus.Redirect, _view, _replies);
        _log.Execute(Send(_session, 1, room: "lobby"));
        AnswerReady(nowTick: 99);

        Assert.That(_replies.ConvertAll(reply => (reply.Client, reply.Message.Status, reply.Message.View)), Is.EqualTo(new[]
        {
            (_bob, ReplyStatus.Redirect, _view), (_ann, ReplyStatus.Redirect, _view),
        }));
        Assert.That(_follows.Count, Is.Zero);
    }

    [Test]
    public void Following_in_steps_sees_every_message_once_and_in_order()
    {
        List<RoomMessage> seen = [];
        for (int sequence = 1; sequence <= 200; sequence++)
        {
            if (_follows.Count == 0)
                Park(_ann, Follow("lobby", seen.Count + 1), sequence + 3);
            if (sequence % 3 != 0)
                _log.Execute(Send(_session, sequence, $"m{sequence}", previous: 0, acknowledgedBelow: sequence));
            if (sequence % 2 == 0)
                AnswerReady(nowTick: sequence);
            foreach (Reply reply in _replies)
                seen.AddRange(HistoryResult.Decode(reply.Message.Payload.Span).Messages);
            _replies.Clear();
        }

        Assert.That(seen, Has.Count.GreaterThan(100));
        Assert.That(seen, Is.EqualTo(_log.History("lobby").Messages.Take(seen.Count)));
    }

    private static ClientRequest Follow(string room, long from) => Query(new FollowRoomQuery(room, from, 1000).Encode());

    private static string TextsOf(ClientReply reply)
    {
        Assert.That(reply.Status, Is.EqualTo(ReplyStatus.Ok));
        return string.Join(' ', HistoryResult.Decode(reply.Payload.Span).Messages.Select(message => $"{message.Number}:{message.Text}"));
    }

    private bool Park(ClientHandle client, ClientRequest follow, long expiresAtTick)
    {
        Assert.That(_log.State.TryAnswer(follow, out Wait wait), Is.Null);
        return _follows.TryPark(client, follow, in wait, expiresAtTick);
    }

    private void AnswerReady(long nowTick = 1) => _follows.AnswerReady(_log.State.Machine, nowTick, _replies, _view);
}
