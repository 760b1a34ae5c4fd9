using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>
/// What an operator asks of a primary about closed gates: which there are, and that one opens or its operation goes (ordered rule M7). For the one case in which nobody can tell any more what became of a predecessor:
/// its group has lost what it knew, or has forgotten it with its session.
/// </summary>
public sealed class GatesByHand
{
    private readonly Func<ReplicatedState> _state;
    private readonly Gates _gates;
    private readonly Func<long> _tick;

    /// <summary>For one view.</summary>
    /// <param name="state">What was executed.</param>
    /// <param name="gates">What the primary knows of them.</param>
    /// <param name="tick">The present tick.</param>
    internal GatesByHand(Func<ReplicatedState> state, Gates gates, Func<long> tick) => (_state, _gates, _tick) = (state, gates, tick);

    /// <summary>Answers a request about gates, behind the read barrier; null when it is about something else, or where no gates are. Total: one that makes no sense is <see cref="ReplyStatus.Malformed"/>.</summary>
    public ClientReply? TryAnswer(in ClientRequest request)
    {
        ReadOnlySpan<byte> command = request.Command.Span;
        bool reads = !command.IsEmpty && command[0] == (byte)CommandKind.ReadGates;
        bool settles = !command.IsEmpty && command[0] == (byte)CommandKind.SettleByHand;
        if (!(reads || settles) || _state().Machine is not IKeyedMachine machine)
            return null;
        CommandResult result = machine.FindRefusal(command) ?? (reads ? Read(command) : Settle(command));
        return new ClientReply(request.Session, request.Sequence, result.Status, View.None, result.Payload);
    }

    private static CommandResult Malformed => new(ReplyStatus.Malformed, Array.Empty<byte>());

    private CommandResult Read(ReadOnlySpan<byte> command)
    {
        try
        {
            ReadGatesQuery query = ReadGatesQuery.Decode(command);
            QueuedOperation[] all = [.. _state().Queues.All.Where(operation => (query.Name.IsEmpty || operation.Name.SequenceEqual(query.Name.Span)) && FindClosed(operation) is not null)];
            return new CommandResult(ReplyStatus.Ok, new GatesResult(all.Length, [.. all.Take(GatesResult.MostGates).Select(Describe)]).Encode());
        }
        catch (WireFormatException)
        {
            return Malformed;
        }
    }

    private CommandResult Settle(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new CommandResult(ReplyStatus.Ok, new[] { (byte)Settle(SettleByHandCommand.Decode(bytes)) });
        }
        catch (WireFormatException)
        {
            return Malformed;
        }
    }

    private SettledByHand Settle(SettleByHandCommand command)
    {
        QueuedOperation? operation = _state().Queues.Find(command.Session, command.Sequence.Number);
        if (operation is null || operation.Token != command.Token || !operation.Name.SequenceEqual(command.Name.Span) || FindClosed(operation) is not { } gate)
            return SettledByHand.NotThere;
        return _gates.SettleByHand(operation, gate, command.Opens, _tick());
    }

    // Its gate, if it is closed and does not open as something runs that is here itself.
    private QueueGate? FindClosed(QueuedOperation operation) =>
        !operation.IsOpen && operation.Gate is { } gate && _state().Queues.Find(operation.Session, gate.Predecessor)?.Token != gate.Token ? gate : null;

    private ClosedGate Describe(QueuedOperation operation)
    {
        QueueGate gate = operation.Gate!.Value;
        KeyQueue queue = _state().Queues.FindQueue(operation.Space, operation.Name)!;
        return new ClosedGate(
            (byte)operation.Space,
            operation.Name.ToArray(),
            operation.Session,
            new SequenceNumber(operation.Sequence),
            operation.Token,
            new SequenceNumber(gate.Predecessor),
            (ushort)gate.Arc.Number,
            gate.Token,
            operation.Wall,
            queue.Operations.Count(other => other.Place > operation.Place),
            _gates.IsToOpen(operation, gate));
    }
}
