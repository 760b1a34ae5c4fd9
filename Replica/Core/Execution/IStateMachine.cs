using System.Buffers;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

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
    /// Bytes of what it holds, and most that it may hold, for whoever wants to know how full it is; <see cref="Occupancy.Unbounded"/> when it has no bound.
    /// </summary>
    Occupancy Occupancy { get; }

    /// <summary>
    /// What its results depend on besides the commands: bounds that may be set, limits, the reply texts that it stores; one "name =
    /// value" each. Replicas whose machines differ in one refuse each other.
    /// </summary>
    IEnumerable<string> Rules { get; }

    /// <summary>
    /// Sessions of other groups may come with their arcs. They are taken whether or not there is room (rule 9), so that a snapshot may have more sessions, and more bytes of
    /// them and of their results, than the bounds of the group say: an import does not refuse that.
    /// </summary>
    bool MergesSessions => false;

    /// <summary>Hands over what the sessions give and take when arcs move. It is called once, before anything else, by the state that runs this machine.</summary>
    /// <param name="sessions">To be used only while a command runs or a query is answered.</param>
    void Attach(ISessionMoves sessions)
    {
        // Most machines move nothing.
    }

    /// <summary>
    /// What kind of command these bytes are; there is at least one.
    /// </summary>
    CommandClass Classify(ReadOnlySpan<byte> command);

    /// <summary>
    /// The refusal of a command or query whose arc this machine does not serve now; null when it serves it, or when it is of no arc. Such a refusal leaves no trace (rule 9). It is asked for
    /// on arrival, again at execution, before anything else is looked at, and when a read runs: what a group serves may change in between.
    /// </summary>
    /// <param name="command">The command or query, or what somebody sent as one.</param>
    CommandResult? FindRefusal(ReadOnlySpan<byte> command) => null;

    /// <summary>The command may be one of an ordered session: it goes through the log, also one that is otherwise answered behind a read barrier. There is at least one byte.</summary>
    bool MayBeOrdered(ReadOnlySpan<byte> command) => Classify(command) == CommandClass.Write;

    /// <summary>Who serves an arc, as far as this machine knows; unless it says otherwise, this group.</summary>
    /// <param name="arc">The arc.</param>
    ArcOwner FindOwner(Arc arc) => ArcOwner.Here;

    /// <summary>An arc is being copied to another group, to be given up.</summary>
    bool IsCopied(Arc arc) => false;

    /// <summary>Where the replicas of another group listen; none when it is not known.</summary>
    IReadOnlyList<string> AddressesOf(GroupId group) => [];

    /// <summary>Runs a command of the log. A refusal is a result too, and is stored like any other.</summary>
    /// <param name="command">The command; the machine copies what it keeps of it.</param>
    /// <param name="wall">Wall-clock time of its entry, milliseconds since 1970 UTC, to be shown to people; it may go back.</param>
    /// <param name="logTime">Log time at its entry's slot, milliseconds since 1970 UTC: what anything is measured by. It never goes back.</param>
    CommandResult Apply(ReadOnlyMemory<byte> command, long wall, long logTime);

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

    /// <summary>
    /// Anything that waits may have to be answered now, whatever its topic: which arcs are served has changed since the last call. It is asked for together with the topics,
    /// and then every wait is asked again.
    /// </summary>
    bool TakeAllTouched() => false;

    /// <summary>Another machine of the same bounds and rules, in which nothing is.</summary>
    IStateMachine CreateEmpty();

    /// <summary>
    /// Begins an export of everything that the machine holds now. It is taken in pieces, between which the machine goes on: what it runs meanwhile does not show in them.
    /// There is one at a time.
    /// </summary>
    /// <param name="slot">The last slot whose commands have run.</param>
    /// <exception cref="InvalidOperationException">The export before is not over.</exception>
    IMachineExport BeginExport(Slot slot);

    /// <summary>
    /// Begins an import into this machine, which has run nothing. Once it is complete the machine gives the same results, answers, hashes and exports as the one
    /// that was exported did at its slot. Until then, and for good when a piece is refused, nothing else is done with the machine.
    /// </summary>
    /// <exception cref="InvalidOperationException">The machine has run something.</exception>
    IMachineImport BeginImport();
}

/// <summary>Everything that a machine held at one slot, taken in pieces. Called by the thread that runs the machine.</summary>
public interface IMachineExport
{
    /// <summary>Bytes of old versions that are kept for it now; 0 when it is over.</summary>
    long KeptBytes { get; }

    /// <summary>It was taken to its end, or it was cancelled and keeps nothing any more. Until then it has another piece, unless it was cancelled.</summary>
    bool IsOver { get; }

    /// <summary>Writes the next piece; after the last one the export is over.</summary>
    /// <param name="output">Gets the piece, a whole one.</param>
    /// <param name="wantedBytes">About how long a piece is, at least 1; it may be longer by 1 MiB and 4 KiB.</param>
    /// <returns>False: nothing was written, since the export is over.</returns>
    bool TryNext(IBufferWriter<byte> output, int wantedBytes);

    /// <summary>
    /// Ends it early: it has no more pieces, and nothing more is kept for it. Each call gives back a part of what is kept, so that no step is long: to be called until the
    /// export is over. Without effect after that.
    /// </summary>
    void Cancel();
}

/// <summary>Takes the pieces of an export in their order into a machine that has run nothing. Nothing is believed: what does not fit is refused.</summary>
public interface IMachineImport
{
    /// <summary>Takes the next piece.</summary>
    /// <param name="piece">A whole piece; nothing of it is kept.</param>
    /// <returns>True: it was the last one, and everything is as the export says.</returns>
    /// <exception cref="WireFormatException">It is no piece, or not the next one, or what it says is not so.</exception>
    bool Add(ReadOnlySpan<byte> piece);
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
