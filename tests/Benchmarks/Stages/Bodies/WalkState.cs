using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using PaxosShard.Benchmarks.Stages.Fixtures;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Benchmarks.Stages.Bodies;

/// <summary>Everything that a state holds is written in pieces, as for a snapshot: as many messages as keys, with their sessions. Nothing changes meanwhile.</summary>
public class WalkState : Stage
{
    private const int Records = 16 * Messages;
    private const int PieceBytes = 256 * 1024;
    private const int MostSessions = 160_000;
    private const int Window = 1024;
    private const int ValueBytes = 100;

    private readonly ReplicatedState _state = new(MostSessions, Window, new ShardMachine());
    private readonly ArrayBufferWriter<byte> _piece = new();
    private readonly List<ClientReply> _results = [];

    /// <inheritdoc/>
    public override int MessagesPerRun => Records;

    /// <inheritdoc/>
    [GlobalSetup]
    public override void Open()
    {
        RequestSource source = new();
        for (int made = 0; made < Records; made += Messages)
        {
            ClientRequest[] requests = source.Next(Messages, Entries.Time);
            for (int index = 0; index < Messages; index += 2)
                requests[index] = requests[index] with { Command = Put(made + index) };
            Slot next = _state.Executed.Next;
            _state.Execute(next, Entries.Of(requests, Entries.Time + next.Number), _results);
        }
    }

    /// <inheritdoc/>
    [Benchmark(OperationsPerInvoke = Records)]
    public override int Run()
    {
        StateExport export = new(_state);
        while (!export.IsOver)
        {
            _piece.ResetWrittenCount();
            if (!export.TryNext(_piece, PieceBytes, out _))
                return 0;
        }

        return _results.Count;
    }

    private static byte[] Put(int key) => KeyCommand.Put(Encoding.UTF8.GetBytes($"key-{key}"), new byte[ValueBytes]).Encode();
}
