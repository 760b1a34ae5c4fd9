using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Hashing.Rings;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Master.Core;

/// <summary>
/// The readable reasons that go with refusals: what is meant, and what to do. A stored rejection and a failed job keep them, so their texts are part of the replicated state:
/// replicas of one group must have the same.
/// </summary>
internal static class Reasons
{
    /// <summary>Rejected: nothing to add.</summary>
    public const string NoShards = "no shard is named: name at least one";

    /// <summary>Rejected: no arc to move.</summary>
    public const string NoArcs = "no arc is named: name at least one";

    /// <summary>Rejected: no space for another job.</summary>
    public const string StateFull = "the state is full: no more jobs are taken; a larger one is an option of the master's replicas";

    /// <summary>Malformed: no command that runs through the log, or not a whole one.</summary>
    public const string UnknownCommand = "the command is not one that the group of the configurations understands";

    /// <summary>Malformed: no query, or not a whole one.</summary>
    public const string UnknownQuery = "the query is not one that the group of the configurations understands";

    /// <summary>Rejected: too many in one command.</summary>
    public static string ManyShards { get; } = $"more than {PlacementLimits.ShardsPerCommand} shards are named: add them in several commands";

    /// <summary>Rejected: the configuration cannot have more.</summary>
    public static string ShardsFull { get; } = $"there would be more than {Configuration.MostShards} shards: remove some first";

    /// <summary>Rejected: too many jobs wait.</summary>
    public static string JobsFull { get; } = $"{Jobs.JobList.MostWaiting} jobs wait already: ask again when one of them has ended";

    /// <summary>All of them, in a fixed order, where they name something with a number in its place: replicas compare them before they work together.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        NoShards, NoArcs, StateFull, UnknownCommand, UnknownQuery, ManyShards, ShardsFull, JobsFull, ConfigurationsFull(0), NoGroup, Twice(GroupId.None), Points(GroupId.None),
        AddressCount(GroupId.None), NoAddress(GroupId.None, 0), AddressTwice(GroupId.None), Removed(GroupId.None, 0), BeingRemoved(GroupId.None, 0), BeingAdded(GroupId.None, 0),
        IsOther(GroupId.None), AddedAsOther(GroupId.None, 0), NoShard(GroupId.None), LastShard(GroupId.None), NoSuchArc(0), IsThere(new Arc(0), GroupId.None), NoJob(0),
        TooLate(0, 0), HasFailed(0), NoStep(JobStep.Waiting, JobStep.Waiting), NotCommitted(0), NotBegun(0), NoPart(0, GroupId.None), NoConfiguration(0, 0),
    ];

    /// <summary>Rejected: there is no group of this number.</summary>
    public static string NoGroup => $"a shard has no group: those of shards have numbers from 1 to {GroupId.Highest - 1}";

    /// <summary>Rejected: no more configurations are kept.</summary>
    public static string ConfigurationsFull(long most) => $"there would be more than {most} configurations, all of which are kept: a larger number is an option of the master's replicas";

    /// <summary>Rejected: named more than once.</summary>
    public static string Twice(GroupId group) => $"{group} is named twice: name each shard once";

    /// <summary>Rejected: a number of points that no shard has.</summary>
    public static string Points(GroupId group) => $"{group} has to have 1 to {RingMember.MostPoints} points on the ring";

    /// <summary>Rejected: no addresses, or too many.</summary>
    public static string AddressCount(GroupId group) => $"{group} has to have 1 to {Limits.Replicas} addresses, one for each replica";

    /// <summary>Rejected: an address that is none.</summary>
    /// <param name="group">The group.</param>
    /// <param name="number">Which of its addresses, from 1.</param>
    public static string NoAddress(GroupId group, int number) => $"address {number} of {group} is none that can be connected to: it has to be like 127.0.0.1:7000";

    /// <summary>Rejected: two replicas at one address.</summary>
    public static string AddressTwice(GroupId group) => $"{group} has an address twice: each replica has its own";

    /// <summary>Rejected: the number is spent.</summary>
    public static string Removed(GroupId group, long job) => $"{group} was removed by job {job}, and the number of a removed group is never used again: take another number";

    /// <summary>Rejected: it is leaving.</summary>
    public static string BeingRemoved(GroupId group, long job) => $"{group} is being removed by job {job}: cancel that job, or name another group";

    /// <summary>Rejected: it is not there yet.</summary>
    public static string BeingAdded(GroupId group, long job) => $"{group} is only being added, by job {job}: wait for that job, or cancel it";

    /// <summary>Rejected: the same number with something else.</summary>
    public static string IsOther(GroupId group) => $"{group} is a shard already, with other addresses or points: take another number";

    /// <summary>Rejected: the same number with something else.</summary>
    public static string AddedAsOther(GroupId group, long job) => $"{group} is being added by job {job} with other addresses or points: cancel that job, or take another number";

    /// <summary>Rejected: never heard of.</summary>
    public static string NoShard(GroupId group) => $"{group} is no shard: look at the configuration for those that are";

    /// <summary>Rejected: nobody would be left.</summary>
    public static string LastShard(GroupId group) => $"{group} is the last shard, and somebody has to serve the arcs: add another shard first";

    /// <summary>Rejected: no arc has this number.</summary>
    public static string NoSuchArc(int arc) => $"there is no arc {arc}: arcs have numbers from 0 to {Arc.Count - 1}";

    /// <summary>Rejected: it does not have to move.</summary>
    public static string IsThere(Arc arc, GroupId group) => $"arc {arc.Number} is at {group} already: name only arcs that are elsewhere";

    /// <summary>Rejected: never given, or forgotten.</summary>
    public static string NoJob(long job) => $"job {job} is not known: it was never taken, or it ended long ago";

    /// <summary>Rejected: there is no way back.</summary>
    public static string TooLate(long job, long configuration) => $"job {job} is committed as configuration {configuration}, which stays: ask for the opposite change instead";

    /// <summary>Rejected: it has ended without effect.</summary>
    public static string HasFailed(long job) => $"job {job} has failed, and has changed nothing: there is nothing to cancel";

    /// <summary>Rejected: steps that do not follow one another, or are taken without being told.</summary>
    public static string NoStep(JobStep from, JobStep to) => $"no job is told to go from step {(byte)from} to step {(byte)to}";

    /// <summary>Rejected: nothing is handed over.</summary>
    public static string NotCommitted(long job) => $"job {job} is not committed: there is nothing that a group could have ended";

    /// <summary>Rejected: nothing is copied.</summary>
    public static string NotBegun(long job) => $"job {job} waits for the jobs before it: there is nothing that a group could have copied";

    /// <summary>Rejected: it neither gives nor gets.</summary>
    public static string NoPart(long job, GroupId group) => $"{group} has no part in the moves of job {job}";

    /// <summary>Rejected: not made yet.</summary>
    public static string NoConfiguration(long configuration, long latest) => $"there is no configuration {configuration} yet: the latest is {latest}";
}
