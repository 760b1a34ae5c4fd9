using PaxosShard.Replica.Core.Steps;

namespace PaxosShard.Replica.Core.Execution;

/// <summary>
/// What a group runs. The core orders commands, runs each once and knows nothing of what they mean; the machine knows nothing of
/// consensus, sessions and disks. It is pure: the same commands at the same log times give the same results, hash and answers in every
/// process, without a clock, randomness or I/O (rule 10). Total: nothing that a client sends makes it throw. Called by one thread.
/// </summary>
public interface IStateMachine
{
    /// <summary>Rolling hash over all that <see cref="Apply"/> has changed: two machines that ran the same commands have the same.</summary>
    ulong Hash { get; }

    /// <summary>
    /// What its results depend on besides the commands: bounds that may be set, limits, the reply texts that it stores; one "name =
    /// value" each. Replicas whose machines differ in one refuse each other.
    /// </summary>
    IEnumerable<string> Rules { get; }

    /// <summary>
    /// What kind of command these bytes are; there is at least one.
    /// </summary>
    CommandClass Classify(ReadOnlySpan<byte> command);

    /// <summary>Runs a command of the log. A refusal is a result too, and is stored like any other.</summary>
    /// <param name="command">The command; the machine may keep slices of it.</param>
    /// <param name="wall">Wall-clock time of its entry, milliseconds since 1970 UTC, to be shown to people; it may go back.</param>
    CommandResult Apply(ReadOnlyMemory<byte> command, long wall);

    /// <summary>Answers a query from the state as it is now, which changes nothing. What is none is answered as malformed.</summary>
    CommandResult Read(ReadOnlySpan<byte> query);

    /// <summary>Answers a <see cref="CommandClass.Wait"/> whose time has come already, or that makes no sense; otherwise null.</summary>
    /// <param name="query">The wait.</param>
    /// <param name="wait">What it waits for; only when it has to.</param>
    CommandResult? TryAnswer(ReadOnlySpan<byte> query, out Wait wait);

    /// <summary>The answer to a wait, if what it waits for is there; null while it is not.</summary>
    CommandResult? TryAnswer(in Wait wait);

    /// <summary>The answer to a wait whose time is over: nothing has come.</summary>
    CommandResult AnswerExpired(in Wait wait);

    /// <summary>
    /// Adds the topics in which something happened since the last call, each once, in the order of their first time. What waits to be
    /// taken is bounded, whether anybody takes it or not.
    /// </summary>
    void TakeTouched(List<string> topics);
}

/// <summary>What the core does with a command.</summary>
public enum CommandClass
{
    /// <summary>It goes through the log.</summary>
    Write,

    /// <summary>It is answered from the state, behind a read barrier (rule 8).</summary>
    Read,

    /// <summary>It is answered from the state when something has happened in a topic, without a read barrier (rule 8).</summary>
    Wait,
}

/// <summary>What a read waits for.</summary>
/// <param name="Topic">Where: what the machine reports as touched.</param>
/// <param name="Position">From where on in it; reads that wait at the same position of a topic get the same answer.</param>
/// <param name="Milliseconds">How long.</param>
public readonly record struct Wait(string Topic, long Position, int Milliseconds);
