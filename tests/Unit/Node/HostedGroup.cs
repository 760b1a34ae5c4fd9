using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Replica.Node.Transport.Connections;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Text;

namespace PaxosShard.Tests.Unit.Node;

/// <summary>Three replicas in this process, on loopback ports that the system chose, each with its own data directory below the test's.</summary>
internal sealed class HostedGroup : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly StoreOptions _small = new() { SegmentBytes = 1024 * 1024, FirstSegmentBytes = 256 * 1024, PreparationBytes = 64 * 1024 };

    private readonly string _directory =
        Path.Combine(TestContext.CurrentContext.WorkDirectory, $"group-{TestContext.CurrentContext.Test.ID}-{Guid.NewGuid():N}");

    private readonly ReplicaHost?[] _hosts = new ReplicaHost?[3];

    private HostedGroup(MemberList members) => Members = members;

    public MemberList Members { get; }

    public ReplicaHost this[int index] => _hosts[index] ?? throw new InvalidOperationException($"replica {index} does not run");

    public static async Task<HostedGroup> StartAsync()
    {
        Listener[] listeners = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Listener.BindAsync(new NetworkAddress("127.0.0.1", 0))));
        HostedGroup group = new(MemberList.Parse(string.Join(',', listeners.Select(listener => listener.EndPoint))));
        for (int index = 0; index < 3; index++)
            group._hosts[index] = await ReplicaHost.StartAsync(group.Options(index) with { Create = true }, listeners[index]);
        return group;
    }

    public string DirectoryOf(int index) => Path.Combine(_directory, $"r{index}");

    public ReplicaNodeOptions Options(int index) => new()
    {
        DataDirectory = DirectoryOf(index),
        Self = new ReplicaId(index),
        Groups = [new GroupSetup(new GroupId(1), static () => new ShardMachine())],
        Members = Members,
        Store = _small,
        Timeout = TimeSpan.FromMilliseconds(500),
    };

    public async Task RestartAsync(int index) => _hosts[index] = await ReplicaHost.StartAsync(Options(index));

    public async Task<NodeOutcome> StopAsync(int index)
    {
        NodeOutcome outcome = await this[index].StopAsync();
        _hosts[index] = null;
        return outcome;
    }

    public Task<ChatLogClient> ConnectAsync() => ChatLogClient.ConnectAsync(
        new ClientOptions { Endpoints = [.. Enumerable.Range(0, 3).Select(index => Members[new ReplicaId(index)].ToString())], RequestTimeout = _patience },
        CancellationToken.None);

    public async Task<StatusResult> StatusAsync(int index) =>
        (await ChatLogClient.StatusAsync(Members[new ReplicaId(index)].ToString(), _patience, CancellationToken.None)).Status;

    /// <summary>Waits until all running replicas have executed the same slots, to the same state.</summary>
    public async Task<StatusResult> UntilEqualAsync()
    {
        long end = Environment.TickCount64 + (long)_patience.TotalMilliseconds;
        while (true)
        {
            int[] running = [.. Enumerable.Range(0, 3).Where(index => _hosts[index] is not null)];
            StatusResult[] all = await Task.WhenAll(running.Select(StatusAsync));
            if (all.Select(status => (status.Executed, status.StateHash, status.Decided)).Distinct().Count() == 1 && all[0].Executed == all.Max(status => status.Accepted))
                return all[0];
            if (Environment.TickCount64 > end)
                throw new TimeoutException(string.Join('\n', all.Select(status => status.ToString())));
        }
    }

    public byte[] Export(int index)
    {
        using MemoryStream output = new();
        GroupOptions options = new() { ReplicaCount = 3, Self = new ReplicaId(index) };
        RecoveredState recovered = ReplicaStore.ReadOnly(StorageDirectory.Of(DirectoryOf(index)))[0].State;
        LogExport.Write(recovered, options, static onSent => new ShardMachine(onSent: onSent), lines => output.Write(lines.Span));
        return output.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ReplicaHost? host in _hosts)
        {
            if (host is not null)
                await host.StopAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }
}
