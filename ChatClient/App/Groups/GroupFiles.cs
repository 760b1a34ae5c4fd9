using PaxosShard.ChatClient.App.Posix;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>Where the files of a group lie within its directory.</summary>
/// <param name="directory">The directory: its real path, so that a group is the same however it is spelled.</param>
internal sealed class GroupFiles(string directory)
{
    /// <summary>The directory, beside those of the groups, of what is of the processes that run replicas of several of them.</summary>
    public const string SharedName = "shards";

    private const int HeldByAnother = 11; // The runtime puts the system's number of the error there.

    /// <summary>The files of a directory that an option names.</summary>
    /// <exception cref="ReportedException">It names none, as a variable of a script that is not set does.</exception>
    public static GroupFiles Of(string option) => option.Length > 0
        ? new GroupFiles(RealPath.Of(option))
        : throw new ReportedException(ErrorKinds.Usage, "--dir names no directory");

    /// <summary>The directory: its real path.</summary>
    public string Root { get; } = directory;

    /// <summary>
    /// Where what is of the processes lies: data, logs, and where they listen. The directory itself, unless the replicas of the group run together with those of other shards (<see cref="GroupState.Together"/>).
    /// </summary>
    private string Processes => GroupState.Read(Root)?.Together.Count > 0 ? Path.Combine(Path.GetDirectoryName(Root)!, SharedName) : Root;

    /// <summary>Makes the directory of what is of the processes.</summary>
    public void MakeProcesses() => Directory.CreateDirectory(Processes);

    /// <summary>Where the replicas find the member list when they choose their own ports.</summary>
    public string Members => Path.Combine(Processes, "members");

    /// <summary>Data directory of a replica.</summary>
    public string Data(string replica) => Path.Combine(Processes, replica);

    /// <summary>The data directory of a replica holds something.</summary>
    public bool HasData(string replica) => Directory.Exists(Data(replica)) && Directory.EnumerateFileSystemEntries(Data(replica)).Any();

    /// <summary>Its data directory has been made: every one has the identity file of a group from the beginning.</summary>
    public bool HasIdentity(string replica) => Directory.Exists(Data(replica)) && Directory.EnumerateFiles(Data(replica), "identity*").Any(static path => !path.EndsWith(".new", StringComparison.Ordinal));

    /// <summary>Where the data of a replaced replica is kept: beside its directory, under the first name that is free.</summary>
    public string FreeAside(string replica)
    {
        int number = 1;
        while (Path.Exists(Aside(replica, number)))
            number++;
        return Aside(replica, number);
    }

    /// <summary>The file that a running replica holds, with the number of its process in it.</summary>
    public string ReplicaLock(string replica) => Path.Combine(Data(replica), "lock");

    /// <summary>Log of a replica.</summary>
    public string Log(string replica) => Path.Combine(Processes, replica + ".log");

    /// <summary>What a replica wrote to its standard output and error.</summary>
    public string Console(string replica) => Path.Combine(Processes, replica + ".out");

    /// <summary>Where a replica says that it listens.</summary>
    public string Ready(string replica) => Path.Combine(Processes, replica + ".ready");

    /// <summary>Where a master's gateway listens: an address that it keeps for as long as the file is there.</summary>
    public string Gateway(string replica) => Path.Combine(Root, replica + ".gateway");

    /// <summary>The address of a master's gateway; null when it has none yet.</summary>
    public string? GatewayAddress(string replica) =>
        File.Exists(Gateway(replica)) && File.ReadAllText(Gateway(replica)).Trim() is { Length: > 0 } address ? address : null;

    /// <summary>Text that only this replica has in its command line.</summary>
    public string CommandLinePart(string replica) => $"--data\0{Data(replica)}\0";

    /// <summary>Keeps every other px away from the directory until it is disposed.</summary>
    /// <exception cref="ReportedException">One is there already.</exception>
    public IDisposable Lock()
    {
        Directory.CreateDirectory(Root);
        try
        {
            return new FileStream(Path.Combine(Root, "group.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception.HResult == HeldByAnother)
        {
            throw new ReportedException(ErrorKinds.DirectoryBusy, $"{Root}: {exception.Message}");
        }
    }

    private string Aside(string replica, int number) => Path.Combine(Processes, $"{replica}.replaced-{number}");
}
