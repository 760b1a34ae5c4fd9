using PaxosShard.Simulator.Checks;

namespace PaxosShard.Simulator.Scenarios;

/// <summary>
/// A scripted run on the simulator, without random faults: one interleaving that breaks a naive version of a rule. The
/// tests run each once and expect nothing to be broken; the hunt for a mutant runs them all and expects that the
/// mutant they were made for is caught.
/// </summary>
/// <param name="Number">Number of the schedule; the tests name it.</param>
/// <param name="Name">What happens, as a sentence.</param>
/// <param name="Run">Runs it and returns what was found wrong: broken invariants, and expectations of the scenario itself under the name "SCN".</param>
public sealed record NamedScenario(int Number, string Name, Func<IReadOnlyList<Violation>> Run)
{
    /// <summary>It is many runs: the hunt for a mutant takes it only when nothing else has caught the mutant.</summary>
    public bool IsLong { get; init; }
}
