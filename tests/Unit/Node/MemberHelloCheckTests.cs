using NUnit.Framework;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Transport.Hellos;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>Hellos around a replacement (rule 13): replica 0 judges hellos for the place of replica 1, which the founder 101 had and the newcomer 201 gets.</summary>
public sealed class MemberHelloCheckTests
{
    private const string Address = "10.0.0.9:7001";
    private static readonly ReplicaCard _self = new(Guid.Empty, new GroupId(7), new ReplicaId(0), 3, Identity: 100, Mark(1), MembersHash: 42);
    private static readonly ReplicaCard _founder = _self with { Self = new ReplicaId(1), Identity = 101, Start = Mark(5) };
    private static readonly ReplicaCard _newcomer = _founder with { Identity = 201, Start = Mark(2), IsNewcomer = true, MembersHash = 43 };
    private static readonly (int, ulong, string) _replacement = (1, 201, Address);

    /// <summary>What replica 0 remembers of the founder.</summary>
    private static readonly PeerMemory _met = new(101, Mark(5), new View(3), new Slot(9), new ShownStarts(default, Mark(1)));

    private static EffectiveMembers Before => Lists.Founding(_self);

    private static EffectiveMembers After => Lists.Seen(_self, _replacement);

    [TestCaseSource(nameof(Cases))]
    public void A_hello_is_judged_by_the_list_that_was_executed(EffectiveMembers members, PeerMemory known, Hello hello, RefusalCode? expected)
    {
        HelloCheck check = new(_self, members);

        Assert.That(check.CheckIncoming(hello, known)?.Code, Is.EqualTo(expected));
        Assert.That(check.CheckAnswer(hello, new ReplicaId(1), known)?.Code, Is.EqualTo(expected));
    }

    [Test]
    public void What_is_wrong_is_said_with_what_to_do()
    {
        HelloRefusal waits = new HelloCheck(_self, Before).CheckIncoming(HelloOf(_newcomer), _met)!;
        HelloRefusal replaced = new HelloCheck(_self, After).CheckIncoming(HelloOf(_founder), AfterMemory())!;

        Assert.That(waits.Reason, Is.EqualTo(
            "the member list 0 of r0 does not have the data directory 00000000000000c9 in the place of r1 yet: it calls again until it has (px replica replace 1)"));
        Assert.That(replaced.Reason, Is.EqualTo(
            $"r1 was replaced: the member list 1 gives its place to the data directory 00000000000000c9 at {Address}. "
            + "This data directory has no part in the group any more; it can be kept or removed, nothing of it is needed"));
        Assert.That((waits.StopsReceiver, replaced.StopsReceiver), Is.EqualTo((false, true)));
        Assert.That((waits.IsAboutSelf, replaced.IsAboutSelf), Is.EqualTo((false, false)));
    }

    [Test]
    public void A_newcomer_accepts_every_list_until_one_names_it()
    {
        EffectiveMembers waiting = Lists.Founding(_newcomer);
        Hello member = _self.HelloTo(new ReplicaId(1), default, After);
        Hello lagging = _self.HelloTo(new ReplicaId(1), _met);

        Assert.That(new HelloCheck(_newcomer, waiting).CheckIncoming(member, PeerMemory.Nobody), Is.Null);
        Assert.That(new HelloCheck(_newcomer, waiting).CheckIncoming(lagging, PeerMemory.Nobody), Is.Null, "it says whom it knows, which is another one, and the newcomer is not emptied");
    }

    /// <summary>A replica with an older list still knows the replaced one, which does not show that the newcomer was emptied. In one with the list it would show it.</summary>
    [Test]
    public void A_member_that_came_for_another_one_is_not_emptied_because_a_lagging_replica_knows_that_one()
    {
        EffectiveMembers named = Lists.Seen(_newcomer, _replacement);
        Hello lagging = _self.HelloTo(new ReplicaId(1), _met);
        Hello current = _self.HelloTo(new ReplicaId(1), _met, Lists.Seen(_self, _replacement));

        Assert.That(new HelloCheck(_newcomer, named).CheckIncoming(lagging, PeerMemory.Nobody), Is.Null);
        Assert.That(new HelloCheck(_newcomer, named).CheckIncoming(current, PeerMemory.Nobody)?.Code, Is.EqualTo(RefusalCode.OlderCopy));
    }

    [Test]
    public void Lists_of_one_number_that_differ_are_refused()
    {
        EffectiveMembers other = Lists.Seen(_newcomer, (1, 201, "10.0.0.8:7001"));

        HelloRefusal? refusal = new HelloCheck(_self, After).CheckIncoming(_newcomer.HelloTo(new ReplicaId(0), default, other), AfterMemory());

        Assert.That(refusal?.Code, Is.EqualTo(RefusalCode.MembersMismatch));
    }

    private static IEnumerable<TestCaseData> Cases()
    {
        // Nobody was replaced yet.
        yield return Case("the founder before", Before, _met, HelloOf(_founder), null);
        yield return Case("the newcomer before", Before, _met, HelloOf(_newcomer), RefusalCode.NotAMember);
        yield return Case("the newcomer before, where nobody was met", Before, PeerMemory.Nobody, HelloOf(_newcomer), RefusalCode.NotAMember);
        yield return Case("the founder with another directory before", Before, _met, HelloOf(_founder with { Identity = 102 }), RefusalCode.IdentityMismatch);
        yield return Case("the founder without a view record", Before, _met, HelloOf(_founder with { Votes = false }), null);

        // The sender has a newer list: this replica cannot judge who it is.
        yield return Case("the newcomer, ahead of this replica", Before, _met, HelloOf(_newcomer, _replacement), null);
        yield return Case("anybody ahead of this replica", After, AfterMemory(), HelloOf(_newcomer with { Identity = 301 }, _replacement, (1, 301, Address)), null);

        // The newcomer was put in the place.
        yield return Case("the newcomer after, without the list", After, AfterMemory(), HelloOf(_newcomer), null);
        yield return Case("the newcomer after, with the list", After, AfterMemory(), HelloOf(_newcomer, _replacement), null);
        yield return Case("the founder after", After, AfterMemory(), HelloOf(_founder), RefusalCode.Replaced);
        yield return Case("the founder after, although it is still remembered", After, _met, HelloOf(_founder), RefusalCode.Replaced);
        yield return Case("the founder without a view record after", After, AfterMemory(), HelloOf(_founder with { Votes = false }), RefusalCode.NotAMember);
        yield return Case("the newcomer's place, emptied and made anew", After, AfterMemory(), HelloOf(_newcomer with { Identity = 202 }), RefusalCode.NotAMember);
        yield return Case("the newcomer's place, made anew as a founder's", After, AfterMemory(), HelloOf(_founder with { Identity = 103 }), RefusalCode.Replaced);
        yield return Case("an older copy of the newcomer", After, Met(_newcomer, start: 4), HelloOf(_newcomer, _replacement), RefusalCode.IdentityMismatch);
        yield return Case("a copy of the newcomer that was started as often", After, Met(_newcomer, start: 2) with { Start = new StartMark(2, Guid.NewGuid()) }, HelloOf(_newcomer, _replacement), RefusalCode.IdentityMismatch);

        // The newcomer was replaced in its turn.
        EffectiveMembers again = Lists.Seen(_self, _replacement, (1, 301, Address));
        yield return Case("the newcomer that was replaced", again, PeerMemory.Nobody with { Identity = 301 }, HelloOf(_newcomer, _replacement), RefusalCode.Replaced);
        yield return Case("the founder that was replaced first", again, PeerMemory.Nobody with { Identity = 301 }, HelloOf(_founder), RefusalCode.Replaced);
    }

    private static PeerMemory AfterMemory() => PeerMemory.Nobody with { Identity = 201 };

    private static PeerMemory Met(ReplicaCard card, byte start) => new(card.Identity, Mark(start), View.First, Slot.Zero, default);

    private static Hello HelloOf(ReplicaCard card, params (int Place, ulong Identity, string Address)[] replacements) =>
        card.HelloTo(_self.Self, default, Lists.Seen(card, replacements));

    private static StartMark Mark(byte number) => new(number, new Guid(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));

    private static TestCaseData Case(string name, EffectiveMembers members, PeerMemory known, Hello hello, RefusalCode? expected) =>
        new TestCaseData(members, known, hello, expected).SetArgDisplayNames(name);
}
