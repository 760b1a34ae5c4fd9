using PaxosShard.Replica.Core.Execution;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Groups;

/// <summary>Is shown everything that a group executes and answers.</summary>
internal interface IGroupWatcher
{
    /// <summary>An entry was executed; nobody has its results yet.</summary>
    /// <param name="log">The group.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="replies">One for each of its commands; none when it was dead (rule 3).</param>
    void OnExecuted(SimulatedGroup log, Entry entry, IReadOnlyList<ClientReply> replies);

    /// <summary>A command is answered on arrival: it has run, or will never run, or its arc is not served.</summary>
    void OnAnswered(SimulatedGroup log, in ClientRequest request, in ClientReply reply);

    /// <summary>A query is answered.</summary>
    /// <param name="log">The group.</param>
    /// <param name="query">The query.</param>
    /// <param name="reply">The answer.</param>
    /// <param name="since">How many changes had run when it arrived, as <see cref="Now"/> told: it may be answered from any state since then. Null: from the state as it is now.</param>
    void OnRead(SimulatedGroup log, in ClientRequest query, in ClientReply reply, long? since = null);

    /// <summary>How many changes have run so far.</summary>
    long Now { get; }

    /// <summary>A replica that began with a snapshot has executed all the same, and leads from now on.</summary>
    /// <param name="log">The group.</param>
    /// <param name="next">Its state.</param>
    void OnReplaced(SimulatedGroup log, ReplicatedState next);
}
