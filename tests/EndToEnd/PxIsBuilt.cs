using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd;

/// <summary>Lets <c>px</c> build what it runs, once and before the first test, because a build takes longer than a test may.</summary>
[SetUpFixture]
public sealed class PxIsBuilt
{
    private static readonly TimeSpan LongestBuild = TimeSpan.FromMinutes(10);

    /// <summary>Runs a command that does nothing else.</summary>
    [OneTimeSetUp]
    public async Task BuildAsync()
    {
        using CancellationTokenSource limit = new(LongestBuild);
        (await Command.PxAsync(limit.Token, "explain", "PX1001")).Succeeded();
    }
}
