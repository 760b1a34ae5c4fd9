using PaxosShard.Wire;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Programs.Errors;

/// <summary>
/// Every error that a program of the house can report: PX10.. is why a connection between two of them ends, PX11.. comes from the replica
/// program, PX12.. from <c>px</c>. Numbers are never reused; new ones are appended.
/// </summary>
public static class ErrorKinds
{
    /// <summary>The replica was replaced: the others refuse it with this code, and it ends with it.</summary>
    public static readonly ErrorKind PlaceReplaced = new(
        (int)RefusalCode.Replaced,
        ExitCode.Rejected,
        "the place was given to another data directory",
        "the replica that was replaced has stopped for good; the group goes on with the other one, and nothing is lost: its data directory can be kept or removed",
        "it was replaced, by px replica replace",
        "px status --dir GROUP");

    /// <summary>The command line of the replica program is wrong.</summary>
    public static readonly ErrorKind ReplicaUsage = new(
        1100, ExitCode.Usage, "the command line is wrong", "nothing was started", "a word is misspelt or missing, or a value is out of its bounds", "px replica --help");

    /// <summary>The port is taken.</summary>
    public static readonly ErrorKind PortInUse = new(
        1101, ExitCode.NotApplied, "the port is in use", "nothing was started", "the process that is named has it: end it, or choose another --listen", "ss -ltnp");

    /// <summary>Another process works on the data directory.</summary>
    public static readonly ErrorKind DirectoryInUse = new(
        1102, ExitCode.NotApplied, "the data directory is in use", "nothing was changed: two processes on one directory would break each other's promises", "the replica runs already", "px down --dir GROUP");

    /// <summary>The data directory is empty although a replica is to go on from it, or not empty although one is to be made.</summary>
    public static readonly ErrorKind DirectoryUnfit = new(
        1103, ExitCode.Rejected, "the data directory cannot be used like this", "nothing was changed", "it was emptied, and an emptied one never votes under its old identity; or --create, which is for empty directories", "ls -l DIR");

    /// <summary>The data directory belongs to another replica.</summary>
    public static readonly ErrorKind DirectoryForeign = new(
        1104, ExitCode.Rejected, "the data directory belongs to another replica or group", "nothing was changed", "the directory, --self, --group, --cluster and --members do not belong together", "px replica run --help");

    /// <summary>The address cannot be listened on.</summary>
    public static readonly ErrorKind CannotListen = new(
        1105, ExitCode.NotApplied, "the address cannot be listened on", "nothing was started", "it is no host name or address of this machine", "ip address");

    /// <summary>Options break a rule.</summary>
    public static readonly ErrorKind InvalidOptions = new(
        1106, ExitCode.Usage, "an option breaks a rule", "nothing was started", "the rule that is named", "px replica run --help");

    /// <summary>The member list was not complete in time.</summary>
    public static readonly ErrorKind NoMembersFile = new(
        1107, ExitCode.NotApplied, "the member list was not complete in time", "nothing was started", "the file was not complete, with a line feed at its end, within 10 s: write it, then start again", "px replica run --help");

    /// <summary>The disk failed.</summary>
    public static readonly ErrorKind StorageFailed = new(
        1110, ExitCode.Internal, "the disk failed", "the replica has stopped for good; nothing it acknowledged rests on the failed write", "the disk, its cable or its file system", "dmesg | tail");

    /// <summary>The disk is full.</summary>
    public static readonly ErrorKind DiskFull = new(
        1111, ExitCode.Internal, "the disk is full", "the replica has stopped; the group goes on without it while a quorum is left, and it catches up when it is started again", "something else fills it, or it is too small", "df -h");

    /// <summary>An invariant is broken.</summary>
    public static readonly ErrorKind InvariantBroken = new(
        1112, ExitCode.Internal, "an invariant is broken", "the replica has stopped for good, so that it cannot do harm", "a defect of this program or of the machine's memory: keep the data directory and the log for the analysis", "cp -a DIR DIR.broken");

    /// <summary>The data directory cannot be read for an export.</summary>
    public static readonly ErrorKind CannotExport = new(
        1113, ExitCode.Rejected, "the log cannot be exported", "nothing was changed, and the log is not whole", "rot; a replica that is started fetches from the others what is missing, and can be exported when it has ended, as can any other one", "px up --dir GROUP");

    /// <summary>There is no replica in the directory.</summary>
    public static readonly ErrorKind NoReplica = new(
        1114, ExitCode.NotFound, "the directory holds no replica", "nothing was changed", "its name is misspelt, or it is the directory of the group and not that of one replica", "ls -l DIR");

    /// <summary>The output cannot be written.</summary>
    public static readonly ErrorKind OutputFailed = new(
        1115, ExitCode.Internal, "the output cannot be written", "what was printed is not the whole log, and nothing was changed", "no space is left where it goes", "df -h");

    /// <summary>A limit of the system was reached by a replica.</summary>
    public static readonly ErrorKind ReplicaLimit = new(
        1116, ExitCode.Internal, "a limit of the system was reached", "the replica has stopped; nothing it acknowledged is lost", "somebody lowered the limit that is named: raise it and start the replica again", "ulimit -a");

    /// <summary>The data directory is not the one that the others have met.</summary>
    public static readonly ErrorKind DirectoryDisowned = new(
        1117, ExitCode.Rejected, "the data directory is older than what the others remember of it", "the replica has stopped and must not vote again; the group goes on while a quorum is left", "its directory is an older copy, was emptied, or a copy of it ran elsewhere: bring its own newest directory back, or replace it", "px replica replace N --dir GROUP");

    /// <summary>The data directory, or its snapshot, was made with other bounds of what the group holds, or by another version.</summary>
    public static readonly ErrorKind OtherRules = new(
        1118,
        ExitCode.Rejected,
        "the data directory was made under other rules",
        "nothing was started, and nothing is lost",
        "--state-bytes, --room-messages, --room-bytes, --room-age or --masters is not what the group was made with, or the program is of another version: start all replicas with the options and the version of before",
        "px up --dir GROUP");

    /// <summary>A mistake in the replica program.</summary>
    public static readonly ErrorKind ReplicaInternal = new(
        1199, ExitCode.Internal, "an unforeseen error", "the program has ended", "a defect of this program", "AGAIN --debug");

    /// <summary>The command line is wrong.</summary>
    public static readonly ErrorKind Usage = new(
        1200, ExitCode.Usage, "the command line is wrong", "nothing was done", "a word is misspelt or missing, or a value is out of its bounds", "px --help");

    /// <summary>Nobody said where to connect.</summary>
    public static readonly ErrorKind NoTarget = new(
        1201, ExitCode.Usage, "no group to connect to", "nothing was done", "no group was started here yet, or px down has ended it", "px up --dir DIR");

    /// <summary>No primary was found in time.</summary>
    public static readonly ErrorKind Unavailable = new(
        1202, ExitCode.NotApplied, "no primary can be reached", "not applied", "fewer than a majority of the replicas run; in a cluster with shards: of its masters, or of the shard at these addresses", "px status --dir DIR");

    /// <summary>A primary was there and took nothing.</summary>
    public static readonly ErrorKind NotApplied = new(
        1203, ExitCode.NotApplied, "the request was not taken", "not applied; it may be sent again", "what is named; else the group has no majority, or more is asked of it than it can do", "px status --dir DIR");

    /// <summary>A copy left and no answer came.</summary>
    public static readonly ErrorKind OutcomeUnknown = new(
        1204, ExitCode.OutcomeUnknown, "no answer came", "outcome unknown: it may have been applied, or may still be", "the primary died or lost its majority", "px status --dir DIR");

    /// <summary>A rule says no.</summary>
    public static readonly ErrorKind Rejected = new(
        1205, ExitCode.Rejected, "rejected by a rule", "not applied; the same again gets the same answer", "the rule that is named", "VERB --help");

    /// <summary>No such room.</summary>
    public static readonly ErrorKind NoRoom = new(
        1206, ExitCode.NotFound, "there is no such room", "nothing was changed", "nobody has sent anything to it yet, or its name is misspelt", "px rooms --dir DIR");

    /// <summary>A line of the input cannot be sent.</summary>
    public static readonly ErrorKind BadInput = new(
        1207, ExitCode.Rejected, "a line of the input cannot be sent", "this line and those behind it were not applied", "it is empty, too long or not UTF-8", "VERB --help");

    /// <summary>The directory holds another group than was asked for.</summary>
    public static readonly ErrorKind OtherGroup = new(
        1208, ExitCode.Rejected, "the directory holds another group", "nothing was changed", "the options are not those it was made with", "px ps --dir DIR");

    /// <summary>The directory holds no group.</summary>
    public static readonly ErrorKind NoGroup = new(
        1209, ExitCode.NotFound, "the directory holds no group", "nothing was changed", "its name is misspelt, or nothing was started there", "px up --dir DIR");

    /// <summary>A replica ended instead of serving; its own words follow.</summary>
    public static readonly ErrorKind ReplicaEnded = new(
        1210, ExitCode.Internal, "a replica ended at its start", "the other replicas are as they were", "what the replica says", "px ps --dir DIR");

    /// <summary>The group does not commit in time.</summary>
    public static readonly ErrorKind NotReady = new(
        1211, ExitCode.NotApplied, "the group does not commit yet", "the replicas were started and go on", "a majority is not up yet, or the machine is very busy", "px status --dir DIR");

    /// <summary>The group's own program is not there.</summary>
    public static readonly ErrorKind NoProgram = new(
        1212, ExitCode.Internal, "the replica program is not there", "nothing was started", "it was not built", "dotnet build -c Release scripts/px.slnf");

    /// <summary>Another px works on the directory.</summary>
    public static readonly ErrorKind DirectoryBusy = new(
        1213, ExitCode.NotApplied, "the directory is in use by another px", "nothing was changed", "an up or down is still at work there", "px ps --dir DIR");

    /// <summary>The state file of a group cannot be read.</summary>
    public static readonly ErrorKind BadState = new(
        1214, ExitCode.Internal, "the state file of the group cannot be read", "nothing was changed", "it was edited, or another version wrote it", "ls -l DIR");

    /// <summary>A process did not end.</summary>
    public static readonly ErrorKind DidNotEnd = new(
        1215, ExitCode.Internal, "a replica did not end", "the others were ended", "the machine is very busy or its disk hangs", "px ps --dir DIR");

    /// <summary>Less came than was wanted.</summary>
    public static readonly ErrorKind Partial = new(
        1216, ExitCode.Partial, "fewer messages came than were wanted", "what came was printed", "nobody sent more in that time", "px tail ROOM --from last --follow --dir DIR");

    /// <summary>A drill found that something was lost, doubled or reordered.</summary>
    public static readonly ErrorKind CheckFailed = new(
        1217, ExitCode.CheckFailed, "the check failed", "the group is kept for the analysis where --dir names it", "a defect in the group: please report it with its logs", "px logs --dir DIR");

    /// <summary>The terminal cannot be used for a chat.</summary>
    public static readonly ErrorKind NoTerminal = new(
        1218, ExitCode.Internal, "the terminal cannot be set", "nothing was sent", "standard input is no terminal of this system", "px send --help");

    /// <summary>A file or directory of the machine cannot be used.</summary>
    public static readonly ErrorKind FileSystem = new(
        1219, ExitCode.Internal, "a file or directory cannot be used", "what was done before is kept", "permissions, or a full disk", "df -h");

    /// <summary>A limit of the system was reached.</summary>
    public static readonly ErrorKind SystemLimit = new(
        1220, ExitCode.Internal, "a limit of the system is too low", "what was done before is kept", "somebody lowered it for this user or shell", "ulimit -a");

    /// <summary>No such key.</summary>
    public static readonly ErrorKind NoKey = new(
        1221, ExitCode.NotFound, "there is no such key", "nothing was changed", "nobody has stored it yet, somebody has deleted it, or it is misspelt", "px kv list --dir DIR");

    /// <summary>What a key is compared with is not what is there.</summary>
    public static readonly ErrorKind KeyMismatch = new(
        1222, ExitCode.Rejected, "the key is not as expected", "not applied: its value is as it was", "somebody has changed it since it was read", "px kv get KEY --dir DIR");

    /// <summary>Sending a request of unknown outcome again did not tell what became of it.</summary>
    public static readonly ErrorKind RetryFailed = new(
        1223,
        ExitCode.OutcomeUnknown,
        "the retry did not tell",
        "outcome unknown, as before: what was sent before may have been applied",
        "two minutes are over since the first attempt, which is too late to find out that way; or the group is not available",
        "px status --dir DIR");

    /// <summary>The room does not have the wanted message any more.</summary>
    public static readonly ErrorKind Trimmed = new(
        1224, ExitCode.NotFound, "the message was trimmed", "nothing was changed", "the group keeps only so much of each room", "px tail ROOM --from start --dir DIR");

    /// <summary>The state is nearly full, or full: a warning of <c>px status</c>, which ends as it would without.</summary>
    public static readonly ErrorKind StateNearlyFull = new(
        1225,
        ExitCode.Ok,
        "the state is full or nearly full",
        "nothing is lost; what would make it larger than is allowed is rejected (PX1205, \"the state is full\"), and what makes it smaller goes on",
        "keys that nobody deletes (px kv delete KEY), or rooms of which all messages are kept; --room-messages, --room-bytes, --room-age and a larger --state-bytes are set when a group is made, the same on all its replicas",
        "px kv list --dir DIR");

    /// <summary>The sessions are nearly full, or full: a warning of <c>px status</c>, which ends as it would without.</summary>
    public static readonly ErrorKind SessionsNearlyFull = new(
        1226,
        ExitCode.Ok,
        "the sessions are full or nearly full",
        "nothing is lost; when they are full, requests of new clients are answered busy (PX1203), and when their bytes are, those of all clients",
        "very many clients that make few requests each, or clients that acknowledge no results; a session goes when its last request has expired, after two minutes as a rule",
        "px status --dir DIR");

    /// <summary>The replica that is to be replaced runs.</summary>
    public static readonly ErrorKind ReplicaRuns = new(
        1227, ExitCode.Rejected, "the replica still runs", "nothing was changed", "it is not lost; a replaced replica never takes part in the group again", "px replica replace N --dir DIR --stop");

    /// <summary>The group has no such place.</summary>
    public static readonly ErrorKind NoSuchReplica = new(
        1228, ExitCode.NotFound, "there is no such replica", "nothing was changed", "places are counted from 0", "px status --dir DIR");

    /// <summary>The others are too few to decide a replacement.</summary>
    public static readonly ErrorKind TooFewOthers = new(
        1229, ExitCode.NotApplied, "too few of the other replicas answer", "nothing was changed", "more replicas are down than the one to be replaced; a quorum has to decide the replacement", "px up --dir DIR");

    /// <summary>What is to take the place of a replica is not made for that.</summary>
    public static readonly ErrorKind NotANewcomer = new(
        1230, ExitCode.Rejected, "what answers there cannot take the place", "the member list is as it was", "it was started with another --self or --cluster, or something else listens there", "px replica run --help");

    /// <summary>A replacement was begun and is not at its end.</summary>
    public static readonly ErrorKind ReplacementUnfinished = new(
        1231, ExitCode.Partial, "the replacement is not finished", "the member list names the new replica, which does not vote yet", "the machines are busy, or what it has to fetch is large", "AGAIN");

    /// <summary>The directory holds several groups, and the verb is for one that is all there is.</summary>
    public static readonly ErrorKind SeveralGroups = new(
        1232, ExitCode.Usage, "the command is for one group", "nothing was done", "the directory is that of a cluster with shards, or of one of its groups", "px ps --dir DIR");

    /// <summary>There are no masters where they were asked for.</summary>
    public static readonly ErrorKind NoShards = new(
        1233, ExitCode.NotFound, "there are no shards", "nothing was changed", "what answers there are not the masters of a cluster: it is a group that is all there is, or one shard", "px status --dir DIR");

    /// <summary>The shards have not adopted the configuration in time.</summary>
    public static readonly ErrorKind NotAdopted = new(
        1234, ExitCode.NotApplied, "the shards do not serve yet", "the groups were started and go on; shards adopt the configuration as soon as they learn of it", "a group has no majority, or the machine is very busy", "px status --dir DIR");

    /// <summary>A group of a cluster was there, and its directory is gone.</summary>
    public static readonly ErrorKind GroupGone = new(
        1235,
        ExitCode.Rejected,
        "the directory of a group of the cluster is gone",
        "the group was not made anew, and the data of the others is as it was",
        "it was moved or deleted: bring it back, then px up; a new one in its place would be empty, and nothing would tell that its keys and rooms are lost",
        "ls -l DIR");

    /// <summary>The cluster has no such shard.</summary>
    public static readonly ErrorKind NoSuchShard = new(
        1236, ExitCode.NotFound, "there is no such shard", "nothing was changed", "a mistyped number, or a shard that has left or is still being added", "px ring --dir DIR");

    /// <summary>The masters know no such job.</summary>
    public static readonly ErrorKind NoSuchJob = new(
        1237, ExitCode.NotFound, "there is no such job", "nothing was changed", "a mistyped number, or a job that ended long ago", "px shard jobs --all --dir DIR");

    /// <summary>A job that was waited for was cancelled or has failed.</summary>
    public static readonly ErrorKind JobEndedInVain = new(
        1238, ExitCode.Rejected, "the job has come to nothing", "no arc has another shard than before", "somebody cancelled it, or a job before it took away what it needs", "px shard jobs --dir DIR");

    /// <summary>What a bench waits for did not come in time.</summary>
    public static readonly ErrorKind BenchUnfinished = new(
        1244, ExitCode.Partial, "the measurement did not come to its end", "no figure is printed; the processes that were started for it are ended", "the machine is busy, or there is much to move: a longer --timeout helps", "VERB --help");

    /// <summary>A bench was to be checked, and a figure misses its bar.</summary>
    public static readonly ErrorKind BarMissed = new(
        1245, ExitCode.CheckFailed, "a figure misses its bar", "all figures were printed, and nothing was lost", "the machine is slow or busy, or the programs have become slower", "VERB --help");

    /// <summary>The last operations of a batch were not applied.</summary>
    public static readonly ErrorKind BatchUnfinished = new(
        1246,
        ExitCode.Partial,
        "only the first operations of the batch were applied",
        "the line that is named and all behind it were not applied and never will be; those before it have the results that were printed",
        "its shard has no majority, or nobody reaches it",
        "px status --dir DIR");

    /// <summary>The demo in which somebody chatted or read was ended.</summary>
    public static readonly ErrorKind DemoEnded = new(
        1247, ExitCode.NotApplied, "the demo was ended", "what was acknowledged was committed; a demo that was not kept is gone with all that was said in it", "whoever started it has left it", "px demo");

    /// <summary>No gate is closed where one was to be settled.</summary>
    public static readonly ErrorKind NoGate = new(
        1248, ExitCode.NotFound, "nothing waits there for another shard", "nothing was changed", "it has gone on meanwhile, or the key is misspelt", "px shard gate --dir DIR");

    /// <summary>A gate was to be settled by hand that settles by itself.</summary>
    public static readonly ErrorKind GateSettles = new(
        1249,
        ExitCode.Rejected,
        "the gate settles by itself",
        "nothing was changed",
        "the shard of the operation for which it waits is there, and tells what became of that",
        "px shard gate --dir DIR");

    /// <summary>A mistake in the program.</summary>
    public static readonly ErrorKind Internal = new(
        1299, ExitCode.Internal, "an unforeseen error", "unknown", "a defect of this program", "AGAIN --debug");

    /// <summary>All of them, by number.</summary>
    public static readonly IReadOnlyList<ErrorKind> All =
    [
        Refusal(RefusalCode.NotThisProtocol, "what arrived is not this protocol", "the connection was closed, nobody else noticed", "a client of something else, or TLS, on this port", "px status"),
        Refusal(RefusalCode.VersionMismatch, "no version of the protocol is spoken by both sides", "the connection was closed", "one side is older", "px replica --version"),
        Refusal(RefusalCode.ClusterMismatch, "the other side belongs to another cluster or group", "the connection was closed", "an address of another group", "px replica run --help"),
        Refusal(RefusalCode.MembersMismatch, "the member lists differ, or the places in them do", "the connection was closed", "the replicas were not all given the same --members, each its own --self", "px replica run --help"),
        Refusal(RefusalCode.IdentityMismatch, "the data directory is not the newest one that was met in its place", "the connection was closed, and that replica has no vote", "a data directory that was emptied, cloned or restored from an older copy, which never votes: bring its own newest directory back, or replace it", "px replica replace --help"),
        Refusal(RefusalCode.TooManyConnections, "too many connections", "the connection was closed", "more clients than there are places: close some, or come back later", "ss -tnp"),
        Refusal(RefusalCode.RulesMismatch, "the two replicas would execute by different rules", "the connection was closed", "they run different programs, or with different options", "px replica --version"),
        Refusal(RefusalCode.OlderCopy, "the other side is itself an older copy and stops", "the connection was closed by the replica whose data directory is too old", "that directory was restored from an older copy: bring its own newest directory back, or replace it", "px replica replace --help"),
        Refusal(RefusalCode.NotAMember, "the newcomer is not in the member list yet", "the connection was closed; the newcomer calls again until it is", "the group was not asked for the replacement yet, or the replica that refuses has not executed it yet", "px replica replace --help"),
        PlaceReplaced,
        ReplicaUsage, PortInUse, DirectoryInUse, DirectoryUnfit, DirectoryForeign, CannotListen, InvalidOptions, NoMembersFile,
        StorageFailed, DiskFull, InvariantBroken, CannotExport, NoReplica, OutputFailed, ReplicaLimit, DirectoryDisowned, OtherRules, ReplicaInternal,
        Usage, NoTarget, Unavailable, NotApplied, OutcomeUnknown, Rejected, NoRoom, BadInput, OtherGroup, NoGroup, ReplicaEnded, NotReady,
        NoProgram, DirectoryBusy, BadState, DidNotEnd, Partial, CheckFailed, NoTerminal, FileSystem, SystemLimit,
        NoKey, KeyMismatch, RetryFailed, Trimmed, StateNearlyFull, SessionsNearlyFull,
        ReplicaRuns, NoSuchReplica, TooFewOthers, NotANewcomer, ReplacementUnfinished,
        SeveralGroups, NoShards, NotAdopted, GroupGone, NoSuchShard, NoSuchJob, JobEndedInVain, BenchUnfinished, BarMissed, BatchUnfinished, DemoEnded, NoGate, GateSettles, Internal,
    ];

    private static ErrorKind Refusal(RefusalCode code, string title, string outcome, string cause, string next) =>
        new((int)code, ExitCode.NotApplied, title, outcome, cause, next);
}
