using System.Text;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp.Clusters;

/// <summary>The directory of a cluster of which no process runs: one master, and two shards with a replica each. Gone afterwards.</summary>
internal sealed class ClusterDirectory : IDisposable
{
    private const string Master = "127.0.0.1:7000";

    private readonly StringBuilder _data = new();
    private readonly StringBuilder _notes = new();

    public ClusterDirectory()
    {
        Root = Path.Combine(Directory.CreateTempSubdirectory("paxosshard-").FullName, "cluster");
        Files = new ClusterFiles(Root);
        ClusterState cluster = new(Guid.NewGuid(), 1, 1, [new GroupId(1), new GroupId(2)]);
        Directory.CreateDirectory(Root);
        cluster.Write(Root);
        Cluster = cluster.Cluster;
        Write(GroupId.Masters, Master, []);
        Write(new GroupId(1), "127.0.0.1:7001", [Master]);
        Write(new GroupId(2), "127.0.0.1:7002", [Master]);
    }

    public string Root { get; }

    public ClusterFiles Files { get; }

    public Guid Cluster { get; }

    /// <summary>What the verbs wrote, without the last line feed.</summary>
    public string Data => _data.ToString().TrimEnd('\n');

    /// <summary>What they told besides.</summary>
    public string Notes => _notes.ToString();

    /// <summary>A shell in which nothing is set but the programs, which are there and do nothing.</summary>
    public Shell NewShell() => new(
        bytes => _data.Append(Encoding.UTF8.GetString(bytes.Span)),
        note => _notes.Append(note),
        static name => name is ReplicaProgram.Variable or ReplicaProgram.MasterVariable ? "/bin/true" : null);

    /// <summary>Runs <c>px</c>.</summary>
    public Task<int> PxAsync(params string[] words) => new Application(NewShell()).RunAsync(words);

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(Root)!, recursive: true);

    private void Write(GroupId group, string address, IReadOnlyList<string> masters)
    {
        string directory = Files.Of(group).Root;
        Directory.CreateDirectory(directory);
        new GroupState(Cluster, [new ReplicaRecord("r0", address, Exists: true, Process: null)]) { Group = group, Masters = masters }.Write(directory);
    }
}
