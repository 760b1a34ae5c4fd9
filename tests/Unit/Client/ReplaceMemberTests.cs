using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>The replacement of a member by way of the library: what is answered, and that it takes effect once (rules 9 and 13).</summary>
public sealed class ReplaceMemberTests
{
    private const ulong Identity = 0xfeed;
    private const string Address = "127.0.0.1:7002";

    private static readonly ReplicaId _place = new(2);

    [Test]
    public async Task It_is_answered_with_the_number_of_the_new_list_and_its_slot()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        await client.SendAsync("lobby", "ann", "m1", CancellationToken.None);

        ReplaceMemberResult result = await ReplaceAsync(client, list: 0);

        Assert.That(result, Is.EqualTo(new ReplaceMemberResult(1, new Slot(2))));
        Assert.That(group.State.Members.InPlaceOf(_place), Is.EqualTo(new Member(Identity, Address)));
    }

    [Test]
    public async Task Asked_again_it_is_accepted_whatever_the_number_is()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        ReplaceMemberResult first = await ReplaceAsync(client, list: 0);

        Assert.That(await ReplaceAsync(client, list: 0), Is.EqualTo(first));
        Assert.That(await ReplaceAsync(client, list: 1), Is.EqualTo(first));
        Assert.That(group.State.Members.Number, Is.EqualTo(1));
    }

    [Test]
    public async Task When_the_list_has_another_number_the_group_says_so()
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);
        await ReplaceAsync(client, list: 0);

        Assert.That(
            async () => await client.ReplaceMemberAsync(0, _place, Identity + 1, Address, CancellationToken.None),
            Throws.TypeOf<RejectedException>().With.Message.Contains("number 1 by now, not 0"));
        Assert.That(group.State.Members.Number, Is.EqualTo(1));
    }

    [TestCase(nameof(Fate.AnswerTwice))]
    [TestCase(nameof(Fate.LoseTheAnswer))]
    [TestCase(nameof(Fate.LoseTheRequest))]
    [TestCase(nameof(Fate.ResetWithinTheAnswer))]
    [TestCase(nameof(Fate.Supersede))]
    public async Task It_takes_effect_once_when_this_befalls_it(string name)
    {
        Fate fate = Enum.Parse<Fate>(name);
        await using FakeGroup group = new();
        group.Script = (_, arrival) => arrival == 1 ? fate : Fate.Answer;
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        Assert.That(await ReplaceAsync(client, list: 0), Is.EqualTo(new ReplaceMemberResult(1, new Slot(1))));
        Assert.That(group.State.Executed, Is.EqualTo(new Slot(1)));
    }

    [TestCase(-1, 2, 1ul, Address, "-1 is no such number")]
    [TestCase(0, 7, 1ul, Address, "no place 7")]
    [TestCase(0, 2, 0ul, Address, "no identity 0")]
    [TestCase(0, 2, 1ul, "127.0.0.1:0", "not at '127.0.0.1:0'")]
    [TestCase(0, 2, 1ul, "nowhere", "not at 'nowhere'")]
    public async Task What_no_replacement_can_be_is_not_even_sent(long list, int place, ulong identity, string address, string why)
    {
        await using FakeGroup group = new();
        await using ChatLogClient client = await ClientTestOptions.ConnectAsync(group);

        Assert.That(
            async () => await client.ReplaceMemberAsync(list, new ReplicaId(place), identity, address, CancellationToken.None),
            Throws.TypeOf<RejectedException>().With.Message.Contains(why));
        Assert.That(group.Sends, Is.Empty);
    }

    private static Task<ReplaceMemberResult> ReplaceAsync(ChatLogClient client, long list) =>
        client.ReplaceMemberAsync(list, _place, Identity, Address, CancellationToken.None);
}
