using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Sharding;
using PaxosShard.Tests.Unit.Hashing;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Sharding;

/// <summary>How configurations come from the masters to a group: one by one, and none skipped.</summary>
[TestFixture]
internal sealed class ConfigurationFollowerTests
{
    private static readonly GroupId _group = new(3);

    private ScriptedMasters _masters = null!;
    private ScriptedGroup _own = null!;
    private ConfigurationFollower _follower = null!;

    [SetUp]
    public void Begin()
    {
        _masters = new ScriptedMasters();
        _own = new ScriptedGroup();
        _follower = new ConfigurationFollower(_group, _masters, _own);
    }

    [Test]
    public async Task A_group_without_any_waits_for_the_first_and_asks_nothing_else()
    {
        await StepsAsync(2);

        Assert.That(_masters.Asked, Is.EqualTo(new[] { "wait 0", "wait 0" }));
        Assert.That(_own.Told, Is.Empty);
        Assert.That(_own.Questions, Is.EqualTo(1));
    }

    [Test]
    public async Task A_group_takes_every_configuration_in_order_however_far_behind_it_is()
    {
        Configuration first = SampleShards.FirstOf(1, 3);
        Configuration second = SampleShards.Joined(first, SampleShards.Of(4));
        Configuration third = SampleShards.Left(second, new GroupId(4));
        Add(first, second, third);

        await StepsAsync(4);

        Assert.That(_own.Told, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(_masters.Asked, Is.EqualTo(new[] { "wait 0", "read 1", "read 2", "read 3", "wait 3" }));
    }

    [Test]
    public async Task A_group_that_has_some_goes_on_behind_them()
    {
        Configuration first = SampleShards.FirstOf(1, 3);
        Add(first, SampleShards.Joined(first, SampleShards.Of(4)));
        _own.Adopted = 1;

        await StepsAsync(1);

        Assert.That(_own.Told, Is.EqualTo(new[] { 2 }));
        Assert.That(_masters.Asked, Is.EqualTo(new[] { "wait 1", "read 2" }));
    }

    [Test]
    public async Task A_group_without_any_begins_with_the_first_that_names_it_and_looks_at_no_other_twice()
    {
        Configuration first = SampleShards.FirstOf(1);
        Configuration second = SampleShards.Joined(first, SampleShards.Of(2));
        Add(first, second);
        await StepsAsync(3);
        Add(SampleShards.Joined(second, SampleShards.Of(3)));
        _follower.Forget();

        await StepsAsync(1);

        Assert.That(_own.Told, Is.EqualTo(new[] { 3 }));
        Assert.That(_masters.Asked, Is.EqualTo(new[] { "wait 0", "read 1", "read 2", "wait 2", "wait 2", "read 3" }));
    }

    [Test]
    public async Task A_configuration_that_takes_the_group_away_is_told_to_it_all_the_same()
    {
        Configuration first = SampleShards.FirstOf(1, 3);
        Add(first, SampleShards.Left(first, _group));
        _own.Adopted = 1;

        await StepsAsync(1);

        Assert.That(_own.Told, Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task What_a_group_refuses_is_told_to_it_again_after_it_was_asked_what_it_has()
    {
        Add(SampleShards.FirstOf(3));
        _own.Failure = new RejectedException("not now");
        Assert.That(async () => await _follower.StepAsync(CancellationToken.None), Throws.TypeOf<RejectedException>());
        Assert.That(_follower.Doing, Is.EqualTo(FollowStep.TellGroup));
        _follower.Forget();
        _own.Failure = null;

        await StepsAsync(1);

        Assert.That(_own.Told, Is.EqualTo(new[] { 1, 1 }));
        Assert.That((_own.Questions, _own.Adopted), Is.EqualTo((2, 1L)));
    }

    [Test]
    public async Task What_another_primary_has_had_adopted_meanwhile_is_not_told_again()
    {
        Configuration first = SampleShards.FirstOf(1, 3);
        Add(first, SampleShards.Joined(first, SampleShards.Of(4)));
        _own.Failure = new OutcomeUnknownException("nobody answered", retry: null);
        Assert.That(async () => await _follower.StepAsync(CancellationToken.None), Throws.TypeOf<OutcomeUnknownException>());
        _follower.Forget();
        (_own.Failure, _own.Adopted) = (null, 1);

        await StepsAsync(1);

        Assert.That(_own.Told, Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void Masters_that_do_not_answer_are_named_as_what_does_not_work()
    {
        _masters.Failure = new NotAppliedException("nobody is there");

        Assert.That(async () => await _follower.StepAsync(CancellationToken.None), Throws.TypeOf<NotAppliedException>());
        Assert.That(_follower.Doing, Is.EqualTo(FollowStep.AskMasters));
    }

    private void Add(params Configuration[] configurations)
    {
        foreach (Configuration configuration in configurations)
            _masters.Add(configuration);
    }

    private async Task StepsAsync(int count)
    {
        for (int step = 0; step < count; step++)
            await _follower.StepAsync(CancellationToken.None);
    }
}
