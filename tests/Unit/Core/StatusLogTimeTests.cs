using NUnit.Framework;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Core;

/// <summary>The log time that the answer to a question for the status tells: clients reckon their expiries from it (rule 9).</summary>
public sealed class StatusLogTimeTests
{
    private const long Start = 1000;

    [TestCase(0)]
    [TestCase(3_600_000)]
    public void A_question_that_is_read_first_after_a_pause_is_told_log_time_as_it_is_now(long pause)
    {
        EngineReplica replica = new(new GroupOptions { ReplicaCount = 1, Self = new ReplicaId(0) }, new ShardMachine());
        replica.Step([], Start);
        for (int sync = 0; sync < 10; sync++)
            replica.Sync(Start);
        Assert.That(replica.Core.IsServing, Is.True);

        replica.AskStatus(Start + pause);

        Assert.That(replica.Replies.Single().Message.LogTime, Is.EqualTo(Start + pause));
    }
}
