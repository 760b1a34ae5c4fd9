using NUnit.Framework;
using PaxosShard.Master.Core;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>What a replica rehearses beside its start is what a shard does when arcs come and go, and nothing that another machine minds.</summary>
[TestFixture]
internal sealed class RehearsedRequestsTests
{
    private static readonly GroupId _group = new(2);

    [TestCase(1)]
    [TestCase(2)]
    public void A_shard_gives_arcs_and_gets_them_back(int number)
    {
        GroupId group = new(number);
        List<ShardMachine> made = [];
        List<(CommandKind Kind, ReplyStatus Status)> answered = [];

        bool isWhole = Rehearsal.Run(Make, lastReply => Noted(new RehearsedRequests(group), lastReply, answered));

        Assert.That(isWhole, Is.True);
        Assert.That(answered.Where(static one => one.Status == ReplyStatus.Ok).Select(static one => one.Kind).Distinct(), Is.SupersetOf((CommandKind[])[
            CommandKind.PutKey, CommandKind.GetKey, CommandKind.AdoptConfiguration, CommandKind.StartMoves, CommandKind.CopyArcs, CommandKind.DropArcs, CommandKind.ImportPiece, CommandKind.ServeArcs, CommandKind.ReadMoves]));
        Assert.That(made.Select(static machine => machine.Served.Adopted!.Number), Is.All.EqualTo(3));
        Assert.That(made.Select(static machine => machine.Moves.IsEmpty), Is.All.True);
        Assert.That(made.Select(static machine => machine.Keys.Count), Is.All.EqualTo(1));

        ShardMachine Make()
        {
            made.Add(new ShardMachine(group: group));
            return made[^1];
        }
    }

    [Test]
    public void A_machine_without_arcs_is_asked_for_none_after_it_has_refused()
    {
        List<(CommandKind Kind, ReplyStatus Status)> answered = [];

        bool isWhole = Rehearsal.Run(static () => new ShardMachine(), lastReply => Noted(new RehearsedRequests(_group), lastReply, answered));

        Assert.That(isWhole, Is.True);
        Assert.That(answered.Select(static one => one.Kind).Distinct(), Is.EqualTo((CommandKind[])[CommandKind.PutKey, CommandKind.GetKey, CommandKind.AdoptConfiguration]));
    }

    [Test]
    public void The_machine_of_the_masters_does_not_mind() =>
        Assert.That(Rehearsal.Run(static () => new PlacementMachine(), new RehearsedRequests(_group).All), Is.True);

    private static IEnumerable<ReadOnlyMemory<byte>> Noted(RehearsedRequests requests, Func<ClientReply> lastReply, List<(CommandKind Kind, ReplyStatus Status)> answered)
    {
        foreach (ReadOnlyMemory<byte> request in requests.All(lastReply))
        {
            yield return request;
            answered.Add(((CommandKind)request.Span[0], lastReply().Status));
        }
    }
}
