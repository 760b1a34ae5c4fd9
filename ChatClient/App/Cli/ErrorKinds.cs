namespace PaxosShard.ChatClient.App.Cli;

/// <summary>Every error this program can report. Numbers are never reused; new ones are appended.</summary>
internal static class ErrorKinds
{
    /// <summary>The command line is wrong.</summary>
    public static readonly ErrorKind Usage = new(
        1200, ExitCode.Usage, "the command line is wrong", "nothing was done", "a word is misspelt or missing", "px --help");

    /// <summary>Nobody said where to connect.</summary>
    public static readonly ErrorKind NoTarget = new(
        1201, ExitCode.Usage, "no group to connect to", "nothing was done", "no group was started here yet", "px up --dir DIR");

    /// <summary>No primary was found in time.</summary>
    public static readonly ErrorKind Unavailable = new(
        1202, ExitCode.NotApplied, "no primary can be reached", "not applied", "fewer than a majority of the replicas run", "px ps --dir DIR");

    /// <summary>A primary was there and took nothing.</summary>
    public static readonly ErrorKind NotApplied = new(
        1203, ExitCode.NotApplied, "the request was not taken", "not applied; it may be sent again", "the group is overloaded or has no majority", "px status");

    /// <summary>A copy left and no answer came.</summary>
    public static readonly ErrorKind OutcomeUnknown = new(
        1204, ExitCode.OutcomeUnknown, "no answer came", "outcome unknown: it may have been applied, or may still be", "the primary died or lost its majority", "px tail ROOM --from -20");

    /// <summary>A rule says no.</summary>
    public static readonly ErrorKind Rejected = new(
        1205, ExitCode.Rejected, "rejected by a rule", "not applied; the same again gets the same answer", "the rule that is named", "px send --help");

    /// <summary>No such room.</summary>
    public static readonly ErrorKind NoRoom = new(
        1206, ExitCode.NotFound, "there is no such room", "nothing was changed", "nobody has sent anything to it yet, or its name is misspelt", "px rooms");

    /// <summary>A line of the input cannot be sent.</summary>
    public static readonly ErrorKind BadInput = new(
        1207, ExitCode.Rejected, "a line of the input cannot be sent", "this line and those behind it were not applied", "it is empty, too long or not UTF-8", "px send --help");

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
        1212, ExitCode.Internal, "the replica program is not there", "nothing was started", "it was not built", "dotnet build -c Release Replica/App");

    /// <summary>Another px works on the directory.</summary>
    public static readonly ErrorKind DirectoryBusy = new(
        1213, ExitCode.NotApplied, "the directory is in use by another px", "nothing was changed", "an up or down is still at work there", "px ps --dir DIR");

    /// <summary>The state file of a group cannot be read.</summary>
    public static readonly ErrorKind BadState = new(
        1214, ExitCode.Internal, "the state file of the group cannot be read", "nothing was changed", "it was edited, or another version wrote it", "cat DIR/group.json");

    /// <summary>A process did not end.</summary>
    public static readonly ErrorKind DidNotEnd = new(
        1215, ExitCode.Internal, "a replica did not end", "the others were ended", "the machine is very busy or its disk hangs", "px ps --dir DIR");

    /// <summary>Less came than was wanted.</summary>
    public static readonly ErrorKind Partial = new(
        1216, ExitCode.Partial, "fewer messages came than were wanted", "what came was printed", "nobody sent more in that time", "px tail ROOM --from last --follow");

    /// <summary>A drill found that something was lost, doubled or reordered.</summary>
    public static readonly ErrorKind CheckFailed = new(
        1217, ExitCode.CheckFailed, "the check failed", "the group is kept for the analysis where --dir names it", "a defect in the group: please report it with its logs", "px log export --data DIR/r0");

    /// <summary>The terminal cannot be used for a chat.</summary>
    public static readonly ErrorKind NoTerminal = new(
        1218, ExitCode.Internal, "the terminal cannot be set", "nothing was sent", "standard input is no terminal of this system", "px send ROOM TEXT");

    /// <summary>A file or directory of the machine cannot be used.</summary>
    public static readonly ErrorKind FileSystem = new(
        1219, ExitCode.Internal, "a file or directory cannot be used", "what was done before is kept", "permissions, or a full disk", "df -h");

    /// <summary>A limit of the system was reached.</summary>
    public static readonly ErrorKind SystemLimit = new(
        1220, ExitCode.Internal, "a limit of the system is too low", "what was done before is kept", "somebody lowered it for this user or shell", "ulimit -a");

    /// <summary>A mistake in the program.</summary>
    public static readonly ErrorKind Internal = new(
        1299, ExitCode.Internal, "an unforeseen error", "unknown", "a defect of this program", "px VERB --debug");

    /// <summary>All of them, by number.</summary>
    public static readonly IReadOnlyList<ErrorKind> All =
    [
        Usage, NoTarget, Unavailable, NotApplied, OutcomeUnknown, Rejected, NoRoom, BadInput, OtherGroup, NoGroup, ReplicaEnded,
        NotReady, NoProgram, DirectoryBusy, BadState, DidNotEnd, Partial, CheckFailed, NoTerminal, FileSystem, SystemLimit, Internal,
    ];
}
