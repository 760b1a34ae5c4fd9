namespace PaxosShard.Benchmarks.Stages.Runs;

/// <summary>A stage could not be measured.</summary>
/// <param name="message">Which one, and why.</param>
public sealed class StageException(string message) : Exception(message);
