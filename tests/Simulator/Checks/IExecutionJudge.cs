using PaxosShard.Replica.Core.Execution;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// Judges what commands do in a group of which others hold a part: what runs there, and what is answered, does not follow from its own log alone. It takes the place of the checkers that know one group only; how
/// the replicas agree on the log is checked all the same.
/// </summary>
public interface IExecutionJudge
{
    /// <summary>A slot was executed for the first time, and nobody has its results yet.</summary>
    /// <param name="state">What the log has built, by its execution in one go from its beginning.</param>
    /// <param name="entry">The value of the slot.</param>
    /// <param name="replies">The results of its commands, in their order; none when the entry was dead (rule 3).</param>
    void OnExecuted(ReplicatedState state, Entry entry, IReadOnlyList<ClientReply> replies);
}
