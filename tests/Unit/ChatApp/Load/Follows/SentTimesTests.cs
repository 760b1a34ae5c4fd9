using NUnit.Framework;
using PaxosShard.ChatClient.App.Load.Follows;

namespace PaxosShard.Tests.Unit.ChatApp.Load.Follows;

/// <summary>What is kept of messages that were sent.</summary>
[TestFixture]
internal sealed class SentTimesTests
{
    [Test]
    public void Many_are_kept_each_with_its_time_and_the_number_that_was_said_first()
    {
        SentTimes sent = new();
        for (long message = 0; message < 40_000; message++)
            Assert.That(sent.Add(message * 3), Is.EqualTo(message));

        Assert.That(sent.Count, Is.EqualTo(40_000));
        foreach (long message in (long[])[0, 16_383, 16_384, 39_999])
        {
            Assert.That(sent.SentAt(message), Is.EqualTo(message * 3));
            Assert.That((sent.IsAt(message, 5), sent.IsAt(message, 5), sent.IsAt(message, 6)), Is.EqualTo((true, true, false)));
        }
    }
}
