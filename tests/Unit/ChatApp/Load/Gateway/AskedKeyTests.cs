using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.Gateway;

namespace PaxosShard.Tests.Unit.ChatApp.Load.Gateway;

/// <summary>What a client of a gateway may read of its key by what it was answered before.</summary>
[TestFixture]
internal sealed class AskedKeyTests
{
    [Test]
    public void A_key_holds_what_was_put_last_and_nothing_before_it()
    {
        AskedKey key = new("k");
        Assert.That(key.MayHold(null), Is.True, "nothing was put");

        string first = key.NextValue();
        key.OnPut(first, GatewayAnswer.Served);
        string second = key.NextValue();
        Assert.That((key.MayHold(first), key.MayHold(second), key.MayHold(null)), Is.EqualTo((true, false, false)));

        key.OnPut(second, GatewayAnswer.Served);
        Assert.That((key.MayHold(first), key.MayHold(second)), Is.EqualTo((false, true)));
        Assert.That((first.Length, second.Length), Is.EqualTo((AskedKey.ValueBytes, AskedKey.ValueBytes)));
    }

    [TestCase(GatewayAnswer.Busy, false)]
    [TestCase(GatewayAnswer.NotApplied, false)]
    [TestCase(GatewayAnswer.Unknown, true)]
    public void A_put_that_failed_may_have_taken_effect_only_if_nobody_knows(GatewayAnswer answer, bool mayHold)
    {
        AskedKey key = new("k");
        string first = key.NextValue();
        key.OnPut(first, GatewayAnswer.Served);
        string failed = key.NextValue();
        key.OnPut(failed, answer);
        Assert.That((key.MayHold(first), key.MayHold(failed)), Is.EqualTo((true, mayHold)));

        string last = key.NextValue();
        key.OnPut(last, GatewayAnswer.Served);
        Assert.That((key.MayHold(first), key.MayHold(failed), key.MayHold(last)), Is.EqualTo((false, mayHold, true)), "it may come late, also behind others");
    }
}
