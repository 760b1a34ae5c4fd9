#if SEEDED_BUGS
using System.Globalization;
using NUnit.Framework;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit;

/// <summary>
/// Runs the tests of a seeded-bug build with the bug whose number is in SEEDED_BUG; how often its wrong branch was taken goes
/// into the file that SEEDED_BUG_REACHED names. The tests are then expected to fail.
/// </summary>
[SetUpFixture]
public sealed class SeededBugSwitch
{
    [OneTimeSetUp]
    public void SwitchOn()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("SEEDED_BUG"), CultureInfo.InvariantCulture, out int number))
            SeededBug.Active = number;
    }

    [OneTimeTearDown]
    public void Tell()
    {
        if (Environment.GetEnvironmentVariable("SEEDED_BUG_REACHED") is { Length: > 0 } path)
            File.WriteAllText(path, SeededBug.Reached.ToString(CultureInfo.InvariantCulture));
    }
}
#endif
