using NUnit.Framework;
using PaxosShard.ChatClient.App.Verbs.Shards;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.ChatApp.Shards;

/// <summary>What is said of a job while it is waited for.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class JobProgressTests
{
    private static readonly GroupId _one = new(1);
    private static readonly GroupId _two = new(2);
    private static readonly GroupId _three = new(3);

    private readonly JobProgress _progress = new(7, start: 1000);

    [Test]
    public void Every_step_has_a_line_of_its_own()
    {
        Assert.That(Due(Job(JobStep.Waiting, job: 6), [], 1000), Is.EqualTo(new[] { "job 7 waiting for job 6, which is waiting; 0.0 s" }));
        Assert.That(Due(Job(JobStep.Copying), [Copy(0, 0)], 1100), Is.EqualTo(new[] { "job 7 copying: 3 arcs; shard 3 has 0 pieces, 0 B; 0.1 s" }));
        Assert.That(Due(Job(JobStep.Draining), [Copy(1, 512)], 1200), Is.EqualTo(new[] { "job 7 draining: 3 arcs; shard 3 has 1 piece, 512 B; 0.2 s" }));
        Assert.That(Due(Job(JobStep.Committed), [Copy(0, 0)], 1300), Is.EqualTo(new[] { "job 7 committed: 3 arcs; shards 1, 2, 3 to hand over; 0.3 s" }));
        Assert.That(Due(Job(JobStep.Committed, _one, _two), [Copy(2, 1024)], 2400), Is.EqualTo(new[] { "job 7 committed: 3 arcs; shard 3 has 2 pieces, 1.0 KiB; shard 3 to hand over; 1.4 s" }));
    }

    [Test]
    public void A_barrier_is_named_in_every_step_of_its_own_job_and_not_in_that_of_another()
    {
        Assert.That(Due(Job(JobStep.Copying, job: 6) with { IsBarrier = true }, [], 1000), Is.EqualTo(new[] { "job 7 waiting for job 6, which is copying; 0.0 s" }));
        Assert.That(Due(Job(JobStep.Draining) with { IsBarrier = true }, [], 1100), Is.EqualTo(new[] { "job 7 draining behind a barrier: 3 arcs; 0.1 s" }));
    }

    [Test]
    public void While_it_copies_a_line_is_due_once_a_second_and_passes_all_the_time()
    {
        int due = 0;
        for (int look = 0; look < 30; look++)
        {
            ProgressLine[] lines = Look(Job(JobStep.Copying), [Copy(look, look * 1024)], 1000 + (look * 100));
            Assert.That(lines.Select(static line => line.IsPassing), Is.EqualTo(new[] { true }));
            due += lines.Count(static line => line.IsDue);
        }

        Assert.That(due, Is.EqualTo(3));
    }

    [Test]
    public void Once_nothing_has_moved_for_a_while_it_is_said_what_is_awaited_and_not_again_before_something_has()
    {
        JobUnderWay job = Job(JobStep.Copying);
        CopySight[] silent = [new CopySight(_three, "127.0.0.1:1", Answers: false, 0, 0)];
        Assert.That(Due(job, silent, 1000), Is.EqualTo(new[] { "job 7 copying: 3 arcs; shard 3 does not answer; 0.0 s" }));
        Assert.That(Due(job, silent, 5999), Is.Empty);

        Assert.That(Due(job, silent, 6000), Is.EqualTo(new[]
        {
            "nothing has moved for 5.0 s; job 7 waits for shard 3, which does not answer at 127.0.0.1:1, to copy nearly all: px shard cancel 7 calls it off",
        }));

        Assert.That(Due(job, silent, 60_000), Is.Empty);
        Assert.That(Due(job, [Copy(1, 10)], 61_000), Has.Length.EqualTo(1));
        Assert.That(Due(job, [Copy(1, 10)], 66_000), Is.EqualTo(new[] { "nothing has moved for 5.0 s; job 7 waits for shard 3 to copy nearly all: px shard cancel 7 calls it off" }));
    }

    [Test]
    public void What_is_awaited_after_the_commit_cannot_be_called_off()
    {
        Due(Job(JobStep.Committed, _two, _three), [], 1000);

        Assert.That(Due(Job(JobStep.Committed, _two, _three), [], 6000), Is.EqualTo(new[] { "nothing has moved for 5.0 s; job 7 waits for shard 1 to hand over, and is committed: px status" }));
    }

    [Test]
    public void A_job_before_it_is_named_and_so_are_masters_that_do_nothing()
    {
        Due(Job(JobStep.Copying, job: 6), [], 1000);
        Assert.That(Due(Job(JobStep.Copying, job: 6), [], 6000).Single(), Does.EndWith("job 7 waits for job 6: px shard jobs"));
        Due(null, [], 7000);
        Assert.That(Due(null, [], 12_000).Single(), Does.EndWith("job 7 waits for the masters to begin it: px status"));
        Due(Job(JobStep.Draining), [], 13_000);
        Assert.That(Due(Job(JobStep.Draining), [], 18_000).Single(), Does.EndWith("job 7 waits for the masters: px status"));
    }

    [Test]
    public void Masters_that_do_not_answer_are_told_of_once_until_they_do()
    {
        Assert.That(_progress.NoAnswer("nobody is there").Single().Text, Does.Contain("job 7").And.EndWith("nobody is there"));
        Assert.That(_progress.NoAnswer("nobody is there"), Is.Empty);
        Due(Job(JobStep.Copying), [], 1000);
        Assert.That(_progress.NoAnswer("gone").Single().IsPassing, Is.False);
    }

    [Test]
    public void Where_lines_can_be_rewritten_the_next_one_takes_the_place_of_a_passing_one()
    {
        List<string> written = [];
        ProgressWriter writer = new(written.Add, bytes => written.Add(System.Text.Encoding.UTF8.GetString(bytes.Span)));

        writer.Write(new ProgressLine("one", IsPassing: true, IsDue: false));
        writer.Write(new ProgressLine(new string('2', 100), IsPassing: true, IsDue: true));
        writer.Write(new ProgressLine("three", IsPassing: false, IsDue: true));
        writer.End();

        Assert.That(written, Is.EqualTo(new[] { "one", "\r\u001b[K", new string('2', 79), "\r\u001b[K", "three" }));
    }

    [Test]
    public void Where_they_cannot_only_those_that_are_due_are_written()
    {
        List<string> written = [];
        ProgressWriter writer = new(written.Add, rewrite: null);

        writer.Write(new ProgressLine("one", IsPassing: true, IsDue: false));
        writer.Write(new ProgressLine("two", IsPassing: true, IsDue: true));
        writer.End();

        Assert.That(written, Is.EqualTo(new[] { "two" }));
    }

    private static JobUnderWay Job(JobStep step, params GroupId[] reported) => Job(step, 7, reported);

    private static JobUnderWay Job(JobStep step, long job, params GroupId[] reported) =>
        new(job, JobKind.AddShards, step, 1, [new ArcTransfer(_one, _three, [1, 2]), new ArcTransfer(_two, _three, [5])], reported);

    private static CopySight Copy(long pieces, long bytes) => new(_three, "127.0.0.1:7003", Answers: true, pieces, bytes);

    private ProgressLine[] Look(JobUnderWay? job, IReadOnlyList<CopySight> copies, long now) => [.. _progress.Look(job, copies, now)];

    private string[] Due(JobUnderWay? job, IReadOnlyList<CopySight> copies, long now) => [.. Look(job, copies, now).Where(static line => line.IsDue).Select(static line => line.Text)];
}
