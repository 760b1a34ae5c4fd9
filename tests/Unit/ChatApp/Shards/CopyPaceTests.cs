using NUnit.Framework;
using PaxosShard.ChatClient.App.Verbs.Shards;

namespace PaxosShard.Tests.Unit.ChatApp.Shards;

/// <summary>How fast a copy goes, as it is told while a job is waited for.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CopyPaceTests
{
    private readonly CopyPace _pace = new(expected: 10 * 1024 * 1024);

    [Test]
    public void It_tells_how_much_how_fast_and_how_long_it_still_takes()
    {
        Assert.That(_pace.Look(0, 1000), Is.EqualTo("; 0 B of about 10.0 MiB"));
        Assert.That(_pace.Look(1024 * 1024, 1499), Is.EqualTo("; 1.0 MiB of about 10.0 MiB"), "too short a time to say how fast");
        Assert.That(_pace.Look(2 * 1024 * 1024, 2000), Is.EqualTo("; 2.0 MiB of about 10.0 MiB, 2.0 MiB/s, about 4 s left"));
        Assert.That(_pace.Look(11 * 1024 * 1024, 6500), Is.EqualTo("; 11.0 MiB of about 10.0 MiB, 2.0 MiB/s"), "clients have written meanwhile");
    }

    [Test]
    public void What_was_there_when_the_wait_began_says_nothing_of_how_fast_it_goes()
    {
        _pace.Look(8 * 1024 * 1024, 0);

        Assert.That(_pace.Look(8 * 1024 * 1024, 1000), Is.EqualTo("; 8.0 MiB of about 10.0 MiB"));
        Assert.That(_pace.Look(9 * 1024 * 1024, 2000), Is.EqualTo("; 9.0 MiB of about 10.0 MiB, 512.0 KiB/s, about 2 s left"));
    }

    [Test]
    public void A_copy_that_begins_again_is_measured_again()
    {
        _pace.Look(8 * 1024 * 1024, 0);

        Assert.That(_pace.Look(0, 1000), Is.EqualTo("; 0 B of about 10.0 MiB"));
        Assert.That(_pace.Look(1024 * 1024, 2000), Is.EqualTo("; 1.0 MiB of about 10.0 MiB, 1.0 MiB/s, about 9 s left"));
    }
}
