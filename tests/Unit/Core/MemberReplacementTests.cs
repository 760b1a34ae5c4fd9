using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>What the replacement of a member does to the list (rule 13), for each state of the list.</summary>
[TestFixture]
internal sealed class MemberReplacementTests
{
    private const string Address = "10.0.0.7:7002";

    private static readonly ReplicaId _place = new(2);
    private static readonly Slot _slot = new(5);
    private static readonly Members _first = Members.Founders.With(_place, new Member(17, Address), new Slot(4));

    [Test]
    public void A_founder_is_replaced()
    {
        (Members members, CommandResult result) = Apply(Members.Founders, new ReplaceMemberCommand(0, _place, 17, Address));

        Assert.That(result.Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(ReplaceMemberResult.Decode(result.Payload.Span), Is.EqualTo(new ReplaceMemberResult(1, _slot)));
        Assert.That(members.Includes(_place, 17, isNewcomer: true), Is.True);
        Assert.That(members.Includes(_place, 3, isNewcomer: false), Is.False, "the founder is out");
        Assert.That(members.Includes(new ReplicaId(1), 3, isNewcomer: false), Is.True);
        Assert.That(members.Includes(new ReplicaId(1), 3, isNewcomer: true), Is.False, "a newcomer that no list names is nobody");
    }

    [Test]
    public void A_newcomer_is_replaced_in_its_turn()
    {
        (Members members, CommandResult result) = Apply(_first, new ReplaceMemberCommand(1, _place, 18, Address));

        Assert.That(result.Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(members.Number, Is.EqualTo(2));
        Assert.That(members.Includes(_place, 17, isNewcomer: true), Is.False);
    }

    [Test]
    public void A_request_for_what_is_so_already_is_accepted_and_changes_nothing()
    {
        (Members members, CommandResult result) = Apply(_first, new ReplaceMemberCommand(0, _place, 17, Address));

        Assert.That(members, Is.SameAs(_first));
        Assert.That(ReplaceMemberResult.Decode(result.Payload.Span), Is.EqualTo(new ReplaceMemberResult(1, new Slot(4))));
    }

    [TestCase(0, 1, 18UL, "the member list is number 1 by now, not 0", TestName = "Another_list_than_the_expected_one")]
    [TestCase(2, 1, 18UL, "the member list is number 1 by now, not 2", TestName = "A_list_that_is_not_there_yet")]
    [TestCase(1, 3, 18UL, "no replica 3 in a group of 3", TestName = "A_place_that_is_not_there")]
    [TestCase(1, 1, 17UL, "has another place already", TestName = "A_directory_that_has_another_place")]
    public void It_is_rejected_with_the_reason(long list, int place, ulong identity, string reason)
    {
        (Members members, CommandResult result) = Apply(_first, new ReplaceMemberCommand(list, new ReplicaId(place), identity, Address));

        Assert.That(members, Is.SameAs(_first));
        Assert.That(result.Status, Is.EqualTo(ReplyStatus.Rejected));
        Assert.That(Encoding.UTF8.GetString(result.Payload.Span), Does.Contain(reason));
    }

    [Test]
    public void The_only_replica_of_a_group_cannot_be_replaced()
    {
        ReplaceMemberCommand command = new(0, new ReplicaId(0), 17, Address);

        (_, CommandResult result) = MemberReplacement.Apply(Members.Founders, command.Encode(), _slot, isAlone: true, replicaCount: 1);

        Assert.That(result.Status, Is.EqualTo(ReplyStatus.Rejected));
    }

    [Test]
    public void Together_with_other_commands_it_is_malformed_and_does_nothing()
    {
        ReplaceMemberCommand command = new(0, _place, 17, Address);

        (Members members, CommandResult result) = MemberReplacement.Apply(Members.Founders, command.Encode(), _slot, isAlone: false, replicaCount: 3);

        Assert.That(members.Number, Is.Zero);
        Assert.That(result.Status, Is.EqualTo(ReplyStatus.Malformed));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(13)]
    [TestCase(22)]
    public void A_command_that_is_cut_off_is_malformed_and_does_nothing(int cut)
    {
        byte[] command = new ReplaceMemberCommand(0, _place, 17, Address).Encode()[..^(cut + 1)];

        (Members members, CommandResult result) = MemberReplacement.Apply(Members.Founders, command, _slot, isAlone: true, replicaCount: 3);

        Assert.That(members.Number, Is.Zero);
        Assert.That(result.Status, Is.EqualTo(ReplyStatus.Malformed));
    }

    [Test]
    public void Without_an_identity_or_an_address_it_is_malformed()
    {
        Assert.That(Apply(Members.Founders, new ReplaceMemberCommand(0, _place, 0, Address)).Result.Status, Is.EqualTo(ReplyStatus.Malformed));
        Assert.That(Apply(Members.Founders, new ReplaceMemberCommand(0, _place, 17, "nowhere")).Result.Status, Is.EqualTo(ReplyStatus.Malformed));
    }

    private static (Members Members, CommandResult Result) Apply(Members members, ReplaceMemberCommand command) =>
        MemberReplacement.Apply(members, command.Encode(), _slot, isAlone: true, replicaCount: 3);
}
