using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Tests.Unit.Durability;
using PaxosShard.Wire;
using PaxosShard.Wire.Connections;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>Questions to another group, whose replicas the test plays: who is asked, and in which frames.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GroupLinksTests : IAsyncDisposable
{
    private static readonly GroupId _group = new(8);

    private readonly StoppedTime _time = new();
    private readonly List<RawConnection> _connections = [];
    private TransportFixture _transport = null!;
    private Listener _first = null!;
    private Listener _second = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _time.Pass(TimeSpan.FromSeconds(1));
        _transport = await TransportFixture.StartAsync(groupTime: _time);
        _first = await Listener.BindAsync(new NetworkAddress("127.0.0.1", 0));
        _second = await Listener.BindAsync(new NetworkAddress("127.0.0.1", 0));
    }

    public async ValueTask DisposeAsync()
    {
        _first.Dispose();
        _second.Dispose();
        foreach (RawConnection connection in _connections)
            connection.Dispose();
        await _transport.DisposeAsync();
    }

    [Test]
    public async Task All_replicas_are_asked_until_one_answers_which_is_asked_alone_as_long_as_it_goes_on()
    {
        await AskAsync(Questions(1));
        RawConnection first = await GreetAsync(_first, _group);
        RawConnection second = await GreetAsync(_second, _group);
        await AssertAskedAsync(first, 1);
        await AssertAskedAsync(second, 1);

        await AnswerAsync(first, 1);
        await AskAsync(Questions(2));
        await AssertAskedAsync(first, 2);
        _time.Pass(TimeSpan.FromMilliseconds(19));
        await AskAsync(Questions(3));
        await AssertAskedAsync(first, 3);

        _time.Pass(TimeSpan.FromMilliseconds(1));
        await AskAsync(Questions(4)); // It has been silent for as long as it may.
        await AssertAskedAsync(first, 4);
        await AssertAskedAsync(second, 4);

        await AnswerAsync(second, 2);
        await AskAsync(Questions(5));
        await AssertAskedAsync(second, 5);
        _time.Pass(TimeSpan.FromMilliseconds(20));
        await AskAsync(Questions(6));
        await AssertAskedAsync(first, 6);
    }

    [Test]
    public async Task More_questions_than_a_frame_holds_leave_in_several()
    {
        await AskAsync(Questions(1));
        RawConnection first = await GreetAsync(_first, _group);
        await AssertAskedAsync(first, 1);

        await AskAsync(Questions([.. Enumerable.Range(2, Limits.NotesPerFrame + 1)]));

        await AssertAskedAsync(first, [.. Enumerable.Range(2, Limits.NotesPerFrame)]);
        await AssertAskedAsync(first, Limits.NotesPerFrame + 2);
    }

    [Test]
    public async Task Who_is_asked_first_while_there_is_no_connection_has_the_newest_questions()
    {
        await AskAsync(Questions(1));
        await AskAsync(Questions(2, 3));

        await AssertAskedAsync(await GreetAsync(_first, _group), 2, 3);
    }

    [Test]
    public async Task A_replica_of_another_group_is_asked_nothing_and_what_it_tells_is_not_heard()
    {
        await AskAsync(Questions(1));
        RawConnection foreign = await GreetAsync(_first, new GroupId(9), Answer(2));

        Assert.That(await foreign.ReadAsync(), Is.Null);
        await AnswerAsync(await GreetAsync(_second, _group), inputs: 1);
        Assert.That(((GroupNotes)_transport.TakeInputs(1)[0].Message!).Notes[0].Sequence, Is.EqualTo(new SequenceNumber(1)));
    }

    [Test]
    public async Task A_group_of_the_same_process_is_asked_and_tells_without_a_connection()
    {
        Inbox other = new(static () => { });
        _transport.Hosted.Add(_group, _transport.Address, other);
        List<GroupQuestion> questions = [.. Questions(1, 2).Select(question => question with { Addresses = [$"{_transport.Address}", $"{_second.EndPoint}"] })];

        await AskAsync(questions);
        Input asked = other.Take(traffic: true).Single();
        Assert.That(((GroupNotes)asked.Message!).Notes.Select(static note => note.Sequence.Number), Is.EqualTo(new[] { 1L, 2 }));
        Assert.That(asked.Client.Number, Is.Negative, "no connection has such a number");
        await AssertAskedAsync(await GreetAsync(_second, _group), 1, 2); // Who of them leads is not known yet.

        Assert.That(_transport.Hosted.TryTell(_group, asked.Client, Answer(1)), Is.True);
        Input told = _transport.TakeInputs(1)[0];
        Assert.That((told.Client, ((GroupNotes)told.Message!).Notes[0].Sequence.Number), Is.EqualTo((default(ClientHandle), 1L)));
        await AskAsync(questions);
        Assert.That(other.Take(traffic: true), Has.Count.EqualTo(1));
        await AskAsync([.. Questions(3)]);
        await AssertAskedAsync(await GreetAsync(_first, _group), 3);
        Assert.That(other.Take(traffic: true), Is.Empty, "it is known at its own address alone");
    }

    [Test]
    public void Who_has_not_asked_is_told_nothing() => Assert.That(_transport.Hosted.TryTell(_group, new ClientHandle(-7), Answer(1)), Is.False);

    private static GroupNotes Answer(int number) => new([GroupNote.Tell(new SessionId(12), new SequenceNumber(number), OperationState.Firm, PlacementToken.None)]);

    private List<GroupQuestion> Questions(params int[] numbers) =>
        [.. numbers.Select(number => new GroupQuestion(_group, [$"{_first.EndPoint}", $"{_second.EndPoint}"], GroupNote.Ask(new SessionId(12), new SequenceNumber(number), arc: 5, configuration: 1, expiry: 1000)))];

    private Task AskAsync(List<GroupQuestion> questions) => _transport.OnLoopAsync(() => _transport.Groups.Ask(questions));

    /// <summary>Takes a connection in, as a replica of a group.</summary>
    /// <param name="listener">Where it listens.</param>
    /// <param name="group">The group.</param>
    /// <param name="more">What it tells at once, behind its hello.</param>
    private async Task<RawConnection> GreetAsync(Listener listener, GroupId group, params GroupNotes[] more)
    {
        Socket socket = await listener.AcceptAsync(CancellationToken.None) ?? throw new InvalidOperationException("closed");
        RawConnection connection = new(socket);
        _connections.Add(connection);
        Hello asked = await connection.ReadAsync<Hello>();
        Assert.That((asked.Role, asked.Cluster, asked.Group), Is.EqualTo((PeerRole.Client, _transport.Self.Cluster, _group)));
        byte[] hello = FrameWriter.Encode((_transport.Self with { Group = group }).HelloTo(default), group);
        await connection.SendAsync([.. hello, .. more.SelectMany(static notes => FrameWriter.Encode(notes, _group))]);
        return connection;
    }

    /// <summary>Answers, and waits until that has arrived.</summary>
    /// <param name="connection">As this replica.</param>
    /// <param name="inputs">How many answers have come then.</param>
    private async Task AnswerAsync(RawConnection connection, int inputs)
    {
        await connection.SendAsync(FrameWriter.Encode(Answer(1), _group));
        Assert.That(_transport.TakeInputs(inputs), Has.Count.EqualTo(inputs).And.All.Matches<Input>(static input => input.Kind == InputKind.GroupNotes));
    }

    private static async Task AssertAskedAsync(RawConnection connection, params int[] numbers)
    {
        GroupNotes asked = await connection.ReadAsync<GroupNotes>();
        Assert.That(asked.Notes.Select(static note => note.Sequence), Is.EqualTo(numbers.Select(static number => new SequenceNumber(number))));
    }
}
