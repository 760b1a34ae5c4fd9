using System.Globalization;
using NUnit.Framework;
using PaxosShard.Simulator.Mutants;

namespace PaxosShard.Tests.Unit;

/// <summary>
/// When these tests run against a mutant, which they are then expected to catch: how often its wrong branch was taken goes into the file
/// that MUTANT_REACHED names.
/// </summary>
[SetUpFixture]
public sealed class MutantReport
{
    [OneTimeTearDown]
    public void TellHowOftenItWasReached()
    {
        if (Environment.GetEnvironmentVariable("MUTANT_REACHED") is { Length: > 0 } path)
            File.WriteAllText(path, MutantCount.Reached.ToString(CultureInfo.InvariantCulture));
    }
}
