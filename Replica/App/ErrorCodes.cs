using PaxosShard.Wire;

namespace PaxosShard.Replica.App;

/// <summary>Every error the program can report. Numbers are for ever; new ones are appended.</summary>
internal static class ErrorCodes
{
    /// <summary>The command line is wrong.</summary>
    public static readonly ErrorCode Usage = new(
        1100, ExitCodes.Usage, "the command line is wrong", "Nothing was started. See: replica --help");

    /// <summary>The port is taken.</summary>
    public static readonly ErrorCode PortInUse = new(
        1101, ExitCodes.Unavailable, "the port is in use", "Nothing was started. End the other process or choose another --listen. See who it is: ss -ltnp");

    /// <summary>Another process works on the data directory.</summary>
    public static readonly ErrorCode DirectoryInUse = new(
        1102, ExitCodes.Unavailable, "the data directory is in use", "Nothing was changed: two processes on one directory would break each other's promises. End the other one first: kill PID");

    /// <summary>The data directory is empty although a replica is to go on from it, or not empty although one is to be made.</summary>
    public static readonly ErrorCode DirectoryUnfit = new(
        1103, ExitCodes.Rejected, "the data directory cannot be used like this", "Nothing was changed. An emptied data directory never votes under its old identity; only a new group is made with --create, on empty directories. Look inside: ls -l DIR");

    /// <summary>The data directory belongs to another replica.</summary>
    public static readonly ErrorCode DirectoryForeign = new(
        1104, ExitCodes.Rejected, "the data directory belongs to another replica or group", "Nothing was changed. Use the directory, --self, --cluster and --members that belong together. See: replica run --help");

    /// <summary>The address cannot be listened on.</summary>
    public static readonly ErrorCode CannotListen = new(
        1105, ExitCodes.Unavailable, "the address cannot be listened on", "Nothing was started. Use a host name or address of this machine. See them: ip address");

    /// <summary>Options break a rule.</summary>
    public static readonly ErrorCode InvalidOptions = new(
        1106, ExitCodes.Usage, "an option breaks a rule", "Nothing was started. See: replica run --help");

    /// <summary>The member list was not complete in time.</summary>
    public static readonly ErrorCode NoMembersFile = new(
        1107, ExitCodes.Unavailable, "the member list was not complete in time", "Nothing was started. The file has to be complete, with a line feed at its end, within 10 s: write it, then start again");

    /// <summary>The disk failed.</summary>
    public static readonly ErrorCode StorageFailed = new(
        1110, ExitCodes.Internal, "the disk failed", "The replica has stopped for good; nothing it acknowledged rests on the failed write. Check the disk before it is started again: dmesg | tail");

    /// <summary>The disk is full.</summary>
    public static readonly ErrorCode DiskFull = new(
        1111, ExitCodes.Internal, "the disk is full", "The replica has stopped; the group goes on without it while a quorum is left, and it catches up when it is started again. Make room: df -h DIR");

    /// <summary>An invariant is broken.</summary>
    public static readonly ErrorCode InvariantBroken = new(
        1112, ExitCodes.Internal, "an invariant is broken", "The replica has stopped for good, so that it cannot do harm; keep its data directory and log for the analysis: cp -a DIR DIR.broken");

    /// <summary>The data directory cannot be read for an export.</summary>
    public static readonly ErrorCode CannotExport = new(
        1113, ExitCodes.Rejected, "the log cannot be exported", "Nothing was changed, and the log is not whole. Start the replica, which fetches from the others what is missing, stop it and export again, or export another one: px log export --data DIR");

    /// <summary>There is no replica in the directory.</summary>
    public static readonly ErrorCode NoReplica = new(
        1114, ExitCodes.NotFound, "the directory holds no replica", "Nothing was changed. Its name is misspelt, or it is the directory of the group and not that of one replica. Look inside: ls -l DIR");

    /// <summary>The output cannot be written.</summary>
    public static readonly ErrorCode OutputFailed = new(
        1115, ExitCodes.Internal, "the output cannot be written", "What was printed is not the whole log, and nothing was changed. Make room where it goes: df -h");

    /// <summary>A limit of the system was reached.</summary>
    public static readonly ErrorCode SystemLimit = new(
        1116, ExitCodes.Internal, "a limit of the system was reached", "The replica has stopped; nothing it acknowledged is lost. Raise the limit and start it again. See the limits: ulimit -a");

    /// <summary>The data directory is not the one that the others have met.</summary>
    public static readonly ErrorCode DirectoryDisowned = new(
        1117, ExitCodes.Rejected, "the data directory is older than what the others remember of it", "The replica has stopped and must not vote again: its directory is an older copy, was emptied, or a copy of it ran elsewhere. Leave it stopped, the group goes on while a quorum is left; or stop it, bring its own newest directory back, and start it again. See what was seen: grep PX1005 LOG");

    /// <summary>An error that nobody foresaw.</summary>
    public static readonly ErrorCode Unforeseen = new(
        1199, ExitCodes.Internal, "an unforeseen error", "The program has ended. Run it again with --debug for the whole story");

    /// <summary>All of them, and those that replicas tell each other when they refuse a connection.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } =
    [
        Refusal(RefusalCode.NotThisProtocol, "what arrived is not this protocol", "The connection was closed, nobody else noticed. Use a client of PaxosShard, without TLS, on this port"),
        Refusal(RefusalCode.VersionMismatch, "no version of the protocol is spoken by both sides", "The connection was closed. Update the older side: replica --version"),
        Refusal(RefusalCode.ClusterMismatch, "the other side belongs to another cluster or group", "The connection was closed. Check the addresses that were given: replica run --help"),
        Refusal(RefusalCode.MembersMismatch, "the member lists differ, or the places in them do", "The connection was closed. Give all replicas the same --members, each its own --self"),
        Refusal(RefusalCode.IdentityMismatch, "the data directory is not the newest one that was met in its place", "The connection was closed, and that replica has no vote: a data directory that was emptied, cloned or restored from an older copy never votes. Leave it stopped, or bring its own newest directory back"),
        Refusal(RefusalCode.TooManyConnections, "too many connections", "The connection was closed. Close some, or come back later"),
        Refusal(RefusalCode.RulesMismatch, "the two replicas would execute by different rules", "The connection was closed. Start both with the same program and the same options: replica --version"),
        Refusal(RefusalCode.OlderCopy, "the other side is itself an older copy and stops", "The connection was closed by the replica whose data directory is too old. Bring its own newest directory back, or leave it stopped"),
        Usage, PortInUse, DirectoryInUse, DirectoryUnfit, DirectoryForeign, CannotListen, InvalidOptions, NoMembersFile,
        StorageFailed, DiskFull, InvariantBroken, CannotExport, NoReplica, OutputFailed, SystemLimit, DirectoryDisowned, Unforeseen,
    ];

    private static ErrorCode Refusal(RefusalCode code, string title, string outcome) =>
        new((int)code, ExitCodes.Unavailable, title, outcome);
}
