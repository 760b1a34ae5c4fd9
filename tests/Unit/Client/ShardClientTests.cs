using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>One shard as it is asked and told about moves by way of the library.</summary>
public sealed class ShardClientTests
{
    private static readonly MovesResult _moves = new(
        new GroupId(7),
        8,
        9,
        10,
        11,
        [new IncomingMoveState(11, new GroupId(3), ["127.0.0.1:7001"], 12, CopyState.Pulling, IsEnded: false, 13, 14, new byte[] { 15 })],
        [new OutgoingMoveState(11, new GroupId(4), ["127.0.0.1:7002"], 16, GiveState.Frozen)]);

    [Test]
    public async Task A_shard_says_what_it_knows_of_its_moves()
    {
        await using FakeGroup shard = Answering(static _ => new CommandResult(ReplyStatus.Ok, _moves.Encode()), out List<byte[]> asked);
        await using ShardClient client = ShardClient.Start(ClientTestOptions.For(shard));

        MovesResult read = await client.ReadMovesAsync(CancellationToken.None);

        Assert.That(read.Encode(), Is.EqualTo(_moves.Encode()));
        Assert.That(asked, Is.EqualTo(new[] { new ReadMovesQuery().Encode() }));
        Assert.That(shard.Sends, Is.Empty);
    }

    [Test]
    public async Task A_shard_says_what_comes_next_of_arcs_that_go_from_it()
    {
        CopyArcsQuery query = new(11, new GroupId(7), new GroupId(4), new byte[] { 1, 2 });
        CopyArcsResult next = new(new byte[] { 3 }, new byte[] { 4, 5 }, IsFrozen: true, IsWalkOver: true, 0, IsComplete: true, 6, 7, 8);
        await using FakeGroup shard = Answering(_ => new CommandResult(ReplyStatus.Ok, next.Encode()), out List<byte[]> asked);
        await using ShardClient client = ShardClient.Start(ClientTestOptions.For(shard));

        CopyArcsResult copied = await client.CopyArcsAsync(query, CancellationToken.None);

        Assert.That(copied.Encode(), Is.EqualTo(next.Encode()));
        Assert.That(asked, Is.Not.Empty.And.All.EqualTo(query.Encode()));
    }

    [TestCaseSource(nameof(Commands))]
    public async Task A_shard_is_told_each_command_as_it_is_in_a_session_and_says_what_it_knows_then(byte[] command)
    {
        List<ClientRequest> requests = [];
        await using FakeGroup shard = Answering(static _ => new CommandResult(ReplyStatus.Ok, _moves.Encode()), out List<byte[]> told, requests.Add);
        await using ShardClient client = ShardClient.Start(ClientTestOptions.For(shard));

        MovesResult known = await client.TellMovesAsync(command, CancellationToken.None);

        Assert.That(known.Encode(), Is.EqualTo(_moves.Encode()));
        Assert.That(told, Is.Not.Empty.And.All.EqualTo(command), "again when no answer comes in time");
        Assert.That(requests.Select(static request => request.Session).Distinct().Single(), Is.Not.EqualTo(SessionId.None));
    }

    [Test]
    public async Task A_command_whose_answer_is_lost_is_sent_again_as_the_same_request()
    {
        List<ClientRequest> requests = [];
        int arrived = 0;
        await using FakeGroup shard = Answering(static _ => new CommandResult(ReplyStatus.Ok, _moves.Encode()), out _, requests.Add);
        shard.Script = (_, _) => ++arrived == 1 ? Fate.ResetWithinTheAnswer : Fate.Answer;
        await using ShardClient client = ShardClient.Start(ClientTestOptions.For(shard));

        await client.TellMovesAsync(new EndMovesCommand(11).Encode(), CancellationToken.None);

        Assert.That(requests, Has.Count.EqualTo(2));
        Assert.That(requests[1].Sequence, Is.EqualTo(requests[0].Sequence));
        Assert.That(requests[1].Session, Is.EqualTo(requests[0].Session));
        Assert.That(requests[1].Command.ToArray(), Is.EqualTo(requests[0].Command.ToArray()));
    }

    [Test]
    public async Task What_cannot_be_done_is_rejected_with_its_reason()
    {
        await using FakeGroup shard = Answering(static _ => new CommandResult(ReplyStatus.Rejected, Encoding.UTF8.GetBytes("no such move")), out _);
        await using ShardClient client = ShardClient.Start(ClientTestOptions.For(shard));
        CopyArcsQuery query = new(11, new GroupId(7), new GroupId(4), default);

        Assert.That(async () => await client.TellMovesAsync(new EndMovesCommand(11).Encode(), CancellationToken.None), Throws.TypeOf<RejectedException>().With.Message.Contains("no such move"));
        Assert.That(async () => await client.CopyArcsAsync(query, CancellationToken.None), Throws.TypeOf<RejectedException>().With.Message.Contains("no such move"));
        Assert.That(async () => await client.ReadMovesAsync(CancellationToken.None), Throws.TypeOf<RejectedException>().With.Message.Contains("no such move"));
    }

    [Test]
    public async Task An_answer_that_is_none_is_never_taken_for_one()
    {
        await using FakeGroup shard = Answering(static _ => new CommandResult(ReplyStatus.Ok, _moves.Encode()[1..]), out _);
        await using ShardClient client = ShardClient.Start(ClientTestOptions.For(shard));
        CopyArcsQuery query = new(11, new GroupId(7), new GroupId(4), default);

        Assert.That(async () => await client.ReadMovesAsync(CancellationToken.None), Throws.TypeOf<NotAppliedException>().With.Message.Contains("cannot be read"));
        Assert.That(async () => await client.CopyArcsAsync(query, CancellationToken.None), Throws.TypeOf<NotAppliedException>().With.Message.Contains("cannot be read"));
    }

    private static IEnumerable<TestCaseData> Commands()
    {
        GroupId source = new(3);
        byte[][] commands =
        [
            new StartMovesCommand(9, 11, [new ArcTransfer(source, new GroupId(7), [1, 2])]).Encode(),
            new ImportPieceCommand(11, source, 13, new byte[] { 15 }, new byte[] { 16, 17 }).Encode(),
            new ServeArcsCommand(11, source, 13, new byte[] { 15 }, 18, 19, 20).Encode(),
            new DropArcsCommand(11, new GroupId(4)).Encode(),
            new EndMovesCommand(11).Encode(),
            new DiscardCopyCommand(11, source).Encode(),
        ];
        return commands.Select(static command => new TestCaseData(command).SetArgDisplayNames($"{(CommandKind)command[0]}"));
    }

    /// <summary>A shard whose primary answers each request that is no question for its status in the same way.</summary>
    private static FakeGroup Answering(Func<ClientRequest, CommandResult> answer, out List<byte[]> commands, Action<ClientRequest>? onRequest = null)
    {
        List<byte[]> arrived = [];
        FakeGroup group = new();
        group.Answers = request =>
        {
            arrived.Add(request.Command.ToArray());
            onRequest?.Invoke(request);
            CommandResult result = answer(request);
            return new ClientReply(request.Session, request.Sequence, result.Status, group.View, result.Payload) { LogTime = group.LogTime };
        };
        commands = arrived;
        return group;
    }
}
