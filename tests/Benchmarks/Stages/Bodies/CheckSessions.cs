using BenchmarkDotNet.Attributes;
using PaxosShard.Benchmarks.Stages.Fixtures;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>What a primary asks of the sessions when a request arrives: has it run, and may it still run? None of these has; each is of another session, and each session has results that it keeps.</summary>
public class CheckSessions : Stage
{
    private const int ResultsPerSession = 8;
    private const int MostSessions = 160_000;
    private const int Window = 1024;

    private readonly ReplicatedState _state = new(MostSessions, Window, new ShardMachine());
    private ClientRequest[] _requests = [];

    /// <inheritdoc/>
    [GlobalSetup]
    public override void Open()
    {
        RequestSource source = new(Messages);
        List<ClientReply> replies = [];
        for (int entry = 1; entry <= ResultsPerSession; entry++)
            _state.Execute(new Slot(entry), Entries.Of(source.Next(Messages, Entries.Time), Entries.Time + entry), replies);
        _requests = source.Next(Messages, Entries.Time);
    }

    /// <inheritdoc/>
    [Benchmark(OperationsPerInvoke = Messages)]
    public override int Run()
    {
        int mayRun = 0;
        foreach (ref readonly ClientRequest request in _requests.AsSpan())
            mayRun += _state.AnswerFromStore(in request) is null ? 1 : 0;
        return mayRun;
    }
}
