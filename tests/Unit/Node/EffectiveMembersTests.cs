using NUnit.Framework;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

public sealed class EffectiveMembersTests
{
    private const ulong Newcomer = 0x1122334455667788;
    private static readonly ReplicaId _place = new(1);
    private static readonly string[] _addresses = ["127.0.0.1:7000", "127.0.0.1:7001", "127.0.0.1:7002"];
    private static readonly ReplicaCard _founder = new(Guid.Empty, new GroupId(7), _place, 3, Identity: 100, new StartMark(1, Guid.Empty), MembersHash: 42);

    [Test]
    public void The_founding_list_is_what_everybody_was_started_with()
    {
        EffectiveMembers members = new CurrentMembers(_founder, _addresses).Now;

        Assert.That((members.Number, members.Hash), Is.EqualTo((0L, 42UL)));
        Assert.That(members.Addresses, Is.EqualTo(_addresses));
        Assert.That(members.IdentityAt(_place), Is.Zero);
        Assert.That((members.NamesSelf, members.SelfVotes, members.HasReplacedSelf), Is.EqualTo((true, true, false)));
    }

    [Test]
    public void A_later_list_names_who_has_come_and_where_and_has_a_golden_hash()
    {
        CurrentMembers members = new(_founder with { Self = new ReplicaId(0) }, _addresses);

        members.Update(Lists.Replacing((1, 5, "10.0.0.5:7001"), (1, Newcomer, "10.0.0.9:7001")));

        Assert.That(members.Now.Number, Is.EqualTo(2));
        Assert.That(members.Now.Addresses, Is.EqualTo(new[] { "127.0.0.1:7000", "10.0.0.9:7001", "127.0.0.1:7002" }));
        Assert.That(members.Now.IdentityAt(_place), Is.EqualTo(Newcomer));
        Assert.That(members.Now.IdentityAt(new ReplicaId(9)), Is.Zero, "there is no such place");
        Assert.That($"{members.Now.Hash:x16}", Is.EqualTo("19e0b978600ac3df"));
    }

    /// <summary>What a newcomer was started with in its own place does not matter: the list says it.</summary>
    [Test]
    public void The_hash_is_the_same_wherever_the_replaced_were_said_to_listen()
    {
        Members list = Lists.Replacing((1, Newcomer, "10.0.0.9:7001"));
        CurrentMembers founder = new(_founder with { Self = new ReplicaId(0) }, _addresses);
        CurrentMembers newcomer = new(_founder with { Identity = Newcomer, IsNewcomer = true, MembersHash = 43 }, [_addresses[0], "10.0.0.9:7001", _addresses[2]]);
        CurrentMembers misled = new(_founder with { Identity = Newcomer, IsNewcomer = true, MembersHash = 44 }, [_addresses[0], "10.0.0.9:7001", "10.0.0.2:7002"]);

        foreach (CurrentMembers members in new[] { founder, newcomer, misled })
            members.Update(list);

        Assert.That(newcomer.Now.Hash, Is.EqualTo(founder.Now.Hash));
        Assert.That(misled.Now.Hash, Is.Not.EqualTo(founder.Now.Hash));
    }

    [Test]
    public void A_newcomer_votes_once_a_list_names_it_and_was_replaced_once_another_names_it_no_more()
    {
        CurrentMembers members = new(_founder with { Identity = Newcomer, IsNewcomer = true }, _addresses);
        List<(bool Votes, bool IsReplaced)> seen = [(members.Now.SelfVotes, members.Now.HasReplacedSelf)];
        (int, ulong, string)[] all = [(1, 5, "10.0.0.5:7001"), (1, Newcomer, "10.0.0.9:7001"), (2, 6, "10.0.0.6:7002"), (1, 7, "10.0.0.7:7001")];

        for (int count = 1; count <= all.Length; count++)
        {
            members.Update(Lists.Replacing(all[..count]));
            seen.Add((members.Now.SelfVotes, members.Now.HasReplacedSelf));
        }

        Assert.That(seen, Is.EqualTo(new[] { (false, false), (false, false), (true, false), (true, false), (false, true) }));
    }

    [Test]
    public void A_founder_was_replaced_by_the_first_list_that_gives_its_place_away_and_not_by_one_that_moves_it()
    {
        Assert.That(Lists.Seen(_founder, (1, Newcomer, "10.0.0.9:7001")).HasReplacedSelf, Is.True);
        Assert.That(Lists.Seen(_founder, (2, Newcomer, "10.0.0.9:7002")).HasReplacedSelf, Is.False);
        Assert.That(Lists.Seen(_founder, (1, 100, "10.0.0.9:7001")).HasReplacedSelf, Is.False);
    }

    [Test]
    public void Without_a_view_record_nobody_votes_whatever_the_list_says()
    {
        Assert.That(Lists.Founding(_founder with { Votes = false }).SelfVotes, Is.False);
        Assert.That(Lists.Founding(_founder with { Votes = false }).NamesSelf, Is.True);
    }

    [Test]
    public void A_hello_says_which_list_and_whether_it_votes_by_it()
    {
        ReplicaCard newcomer = _founder with { Identity = Newcomer, IsNewcomer = true };

        Hello before = newcomer.HelloTo(new ReplicaId(0));
        Hello after = newcomer.HelloTo(new ReplicaId(0), default, Lists.Seen(newcomer, (1, Newcomer, "10.0.0.9:7001")));

        Assert.That((before.List, before.MembersHash, before.Standing!.Votes), Is.EqualTo((0L, 42UL, false)));
        Assert.That((after.List, after.Standing!.Votes), Is.EqualTo((1L, true)));
        Assert.That(after.MembersHash, Is.Not.EqualTo(42UL));
    }
}
