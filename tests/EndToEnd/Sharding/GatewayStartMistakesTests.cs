using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Sharding;

/// <summary>A gateway is asked for wrongly: the master says so and makes nothing.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class GatewayStartMistakesTests
{
    private const int Usage = 2;

    [TestCase("'nowhere' is not an address", "--gateway nowhere")]
    [TestCase("--insecure-network", "--gateway 0.0.0.0:0")]
    [TestCase("--gateway-threads: '0' is not 1 to 4096", "--gateway 127.0.0.1:0 --gateway-threads 0")]
    [TestCase("--gateway-ready-file needs --gateway", "--gateway-ready-file ready")]
    public async Task Options_that_do_not_fit_are_named(string words, string options)
    {
        using TestFolder folder = new();
        using CancellationTokenSource limit = new(Eventually.Patience);

        CommandResult result = await Command.MasterAsync(
            limit.Token, ["run", "--data", folder.File("data"), "--self", "0", "--members", "127.0.0.1:7000", "--create", .. options.Split(' ')]);

        ErrorAssert.Failed(result, Usage, "PX110", words);
        Assert.That(Directory.Exists(folder.File("data")), Is.False, "nothing was made");
    }
}
