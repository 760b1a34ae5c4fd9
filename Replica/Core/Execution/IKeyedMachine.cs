using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Replica.Core.Execution;

/// <summary>
/// A machine whose commands on one name may have to wait for each other before they take effect (ordered rule M4). What waits has its space and its result for sure: it is reserved when the command gets its place, so
/// that what it will be answered can be told before it runs (ordered rule M6). Deterministic like the rest of the machine (rule 10).
/// </summary>
public interface IKeyedMachine : IStateMachine
{
    /// <summary>No space, but all of them: see <see cref="FindReadSpace"/>.</summary>
    const int AllSpaces = Queues.KeyQueues.Spaces;

    /// <summary>In which space the name in the head of a command is, from 0 on; below 0 when the command waits for no other: it is of no single name, or no command of the log.</summary>
    int FindSpace(ReadOnlySpan<byte> command);

    /// <summary>In which space the name in the head of a query is whose contents it tells; <see cref="AllSpaces"/> when it tells those of several names, and below 0 when it tells none.</summary>
    int FindReadSpace(ReadOnlySpan<byte> query);

    /// <summary>There is space for what a command adds at most, besides what is reserved; only for one that has a space of names.</summary>
    bool HasSpaceFor(ReadOnlySpan<byte> command);

    /// <summary>Keeps space for a command, also when there is none.</summary>
    void Reserve(ReadOnlySpan<byte> command);

    /// <summary>Gives back what was reserved for a command that goes without having run.</summary>
    void Release(ReadOnlySpan<byte> command);

    /// <summary>Runs a command for which space is reserved, and gives that back: want of space does not refuse it.</summary>
    /// <param name="command">As in <see cref="IStateMachine.Apply"/>.</param>
    /// <param name="wall">Wall-clock time of the entry of the command, milliseconds since 1970 UTC.</param>
    /// <param name="logTime">Log time at the slot of that entry, milliseconds since 1970 UTC.</param>
    CommandResult ApplyReserved(ReadOnlyMemory<byte> command, long wall, long logTime);

    /// <summary>Most bytes that the result of a command has.</summary>
    /// <param name="command">The command.</param>
    /// <param name="queuedBytes">Bytes of the commands on its name that run before it, if they run.</param>
    long LongestResult(ReadOnlySpan<byte> command, long queuedBytes);

    /// <summary>The result that the last one of some commands on one name will have once those before it have run, each with space reserved. Changes nothing.</summary>
    /// <param name="commands">The commands, in their order; at least one.</param>
    CommandResult Foresee(IReadOnlyList<ReadOnlyMemory<byte>> commands);
}
