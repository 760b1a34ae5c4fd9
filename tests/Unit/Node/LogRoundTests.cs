using NUnit.Framework;
using PaxosShard.Replica.Node.Driver;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>Who sees to what waits for the log: the loop at the end of a round in which nothing else waits, and the log's thread else.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LogRoundTests
{
    private readonly CountedLog _log = new();
    private readonly LogRound _round;
    private bool _isIdle = true;

    public LogRoundTests()
    {
        _round = new LogRound(_log, () => _isIdle);
        _round.Turn();
    }

    [Test]
    public void What_all_replicas_want_written_in_a_round_is_synced_once_at_its_end()
    {
        _round.OnWork();
        _round.OnWork();
        Assert.That((_log.Syncs, _log.Wakes), Is.EqualTo((0, 0)), "the round is not over");

        _round.Turn();
        Assert.That((_log.Syncs, _log.Wakes), Is.EqualTo((1, 0)));

        _round.Turn();
        Assert.That((_log.Syncs, _log.Wakes), Is.EqualTo((1, 0)), "nothing waits any more");
    }

    [Test]
    public void While_something_else_waits_the_thread_does_it()
    {
        _isIdle = false;
        _round.OnWork();
        _round.Turn();

        Assert.That((_log.Syncs, _log.Wakes), Is.EqualTo((0, 1)));
    }

    [Test]
    public void What_the_log_does_not_do_here_its_thread_does()
    {
        _log.MaySyncHere = false;
        _round.OnWork();
        _round.Turn();

        Assert.That((_log.Syncs, _log.Wakes), Is.EqualTo((0, 1)));
    }

    [Test]
    public void Work_that_comes_from_another_thread_wakes_the_log_at_once()
    {
        Thread other = new(_round.OnWork);
        other.Start();
        other.Join();

        Assert.That(_log.Wakes, Is.EqualTo(1));
        _round.Turn();
        Assert.That((_log.Syncs, _log.Wakes), Is.EqualTo((0, 1)));
    }

    [Test]
    public void The_thread_looks_at_a_tick_after_a_sync_here()
    {
        _round.OnTick();
        Assert.That(_log.Wakes, Is.Zero, "nothing was synced here");
        _round.OnWork();
        _round.Turn();

        _round.OnTick();
        _round.OnTick();

        Assert.That(_log.Wakes, Is.EqualTo(1));
    }

    [Test]
    public void At_the_end_the_thread_is_woken_and_sees_to_everything_from_then_on()
    {
        _round.OnWork();
        _round.End();
        _round.OnWork();

        Assert.That((_log.Syncs, _log.Wakes), Is.EqualTo((0, 2)));
    }

    private sealed class CountedLog : IDriverLog
    {
        public bool MaySyncHere { get; set; } = true;

        public int Syncs { get; private set; }

        public int Wakes { get; private set; }

        public bool TrySyncHere()
        {
            Syncs += MaySyncHere ? 1 : 0;
            return MaySyncHere;
        }

        public void Wake() => Wakes++;
    }
}
