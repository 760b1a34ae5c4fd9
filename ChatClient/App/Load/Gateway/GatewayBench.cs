using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Load.Gateway;

/// <summary>Clients that know nothing but the gateway of a master, on keys of all shards; and what those of the other shards notice when one shard is stopped.</summary>
internal sealed class GatewayBench
{
    private const int KeysOfClient = 16;

    // Until the programs are as fast as they get: they compile again what runs often.
    private static readonly TimeSpan _leadIn = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(1);

    private readonly DrillCluster _cluster;
    private readonly IPEndPoint _address;
    private readonly GatewayBenchPlan _plan;
    private readonly Action<string> _tell;
    private readonly List<GatewayCaller> _callers = [];
    private readonly List<Task> _calls = [];
    private readonly GatewayWindow _notCounted = new();
    private readonly GatewayWindow _all;
    private readonly GatewayWindow _othersBefore;
    private readonly GatewayWindow _stoppedBefore;
    private readonly GatewayWindow _othersDuring = new();
    private readonly GatewayWindow _stoppedDuring = new();
    private volatile Part _part = Part.NotCounted;

    /// <summary>A bench.</summary>
    /// <param name="cluster">The cluster, started.</param>
    /// <param name="address">Where the gateway listens.</param>
    /// <param name="plan">What is to be done.</param>
    /// <param name="tell">Told of each step.</param>
    public GatewayBench(DrillCluster cluster, IPEndPoint address, GatewayBenchPlan plan, Action<string> tell)
    {
        _cluster = cluster;
        _address = address;
        _plan = plan;
        _tell = tell;
        _all = new GatewayWindow();
        _othersBefore = new GatewayWindow(_all);
        _stoppedBefore = new GatewayWindow(_all);
    }

    private enum Part
    {
        NotCounted,
        Before,
        During,
    }

    // The last one: those before it have the same clients whether it is stopped or not.
    private GroupId Victim => _cluster.Shards[^1];

    /// <summary>Runs it.</summary>
    /// <exception cref="ReportedException">The gateway has closed a connection.</exception>
    public async Task<GatewayBenchResult> RunAsync(CancellationToken cancellation)
    {
        LocalGroup masters = await _cluster.GroupAsync(GroupId.Masters, cancellation);
        List<LocalGroup> shards = [];
        foreach (GroupId shard in _cluster.Shards)
            shards.Add(await _cluster.GroupAsync(shard, cancellation));
        using CancellationTokenSource stop = new();
        try
        {
            await StartAsync(stop.Token, cancellation);
            (TimeSpan length, ProcessorTime processors) = await MeasureAsync(masters, shards, cancellation);
            await stop.CancelAsync();
            await Task.WhenAll(_calls).WaitAsync(cancellation);
            return new GatewayBenchResult(_plan)
            {
                All = _all, OthersBefore = _othersBefore, StoppedBefore = _stoppedBefore, OthersDuring = _othersDuring, StoppedDuring = _stoppedDuring,
                Processors = processors, Length = length, Wrong = _callers.Sum(static caller => caller.Wrong),
            };
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new ReportedException(ErrorKinds.Unavailable, $"the gateway at {_address}: {exception.Message}");
        }
        finally
        {
            await stop.CancelAsync();
            foreach (GatewayCaller caller in _callers)
                caller.Dispose();
            await Task.WhenAll(_calls).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StartAsync(CancellationToken stop, CancellationToken cancellation)
    {
        Configuration latest = await PlacementCalls.ReadLatestAsync(_cluster.ClientOptions, cancellation);
        for (int client = 0; client < _plan.Clients; client++)
        {
            GroupId shard = _cluster.Shards[client % _cluster.Shards.Count];
            GatewayCaller caller = await GatewayCaller.ConnectAsync(_address, KeysOf(latest, shard, client), cancellation);
            _callers.Add(caller);
            _calls.Add(caller.RunAsync(() => WindowOf(shard), stop));
        }
    }

    private async Task<(TimeSpan Length, ProcessorTime Processors)> MeasureAsync(LocalGroup masters, List<LocalGroup> shards, CancellationToken cancellation)
    {
        await PassAsync(_leadIn, cancellation);
        _tell($"measuring for {_plan.Window.TotalSeconds:0.#} s");
        ProcessorTime before = ProcessorTime.Now(masters, shards);
        long began = Stopwatch.GetTimestamp();
        _part = Part.Before;
        await PassAsync(_plan.Window, cancellation);
        _part = Part.NotCounted;
        TimeSpan length = Stopwatch.GetElapsedTime(began);
        ProcessorTime processors = ProcessorTime.Now(masters, shards).Since(before);
        if (_plan.Stopped is { } time)
            await StopShardAsync(shards[^1], time, cancellation);
        return (length, processors);
    }

    private async Task StopShardAsync(LocalGroup shard, TimeSpan time, CancellationToken cancellation)
    {
        // What was begun before would count there, and wait for as long as the shard is stopped.
        while (_all.UnderWay > 0)
            await PassAsync(_pause, cancellation);
        try
        {
            _part = Part.During;
            foreach (ReplicaRecord replica in shard.State.Replicas)
                shard.Pause(replica);
            _tell($"{ClusterFiles.NameOf(Victim)} is stopped for {time.TotalSeconds:0.#} s");
            await PassAsync(time, cancellation);
            _part = Part.NotCounted;
        }
        finally
        {
            foreach (ReplicaRecord replica in shard.State.Replicas)
                shard.Continue(replica);
        }

        _tell($"{ClusterFiles.NameOf(Victim)} goes on");
    }

    /// <summary>Lets time pass. A client that fails ends it.</summary>
    private async Task PassAsync(TimeSpan time, CancellationToken cancellation) => await await Task.WhenAny([.. _calls, Task.Delay(time, cancellation)]);

    private GatewayWindow WindowOf(GroupId shard) => _part switch
    {
        Part.Before => shard == Victim ? _stoppedBefore : _othersBefore,
        Part.During => shard == Victim ? _stoppedDuring : _othersDuring,
        _ => _notCounted,
    };

    private static List<AskedKey> KeysOf(Configuration configuration, GroupId shard, int client)
    {
        List<AskedKey> keys = [];
        for (int number = 0; keys.Count < KeysOfClient; number++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"client-{client}-{number}");
            if (configuration.OwnerOf(Arc.Of(Encoding.UTF8.GetBytes(name))) == shard)
                keys.Add(new AskedKey(name));
        }

        return keys;
    }
}
