using NUnit.Framework;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.Tests.Unit.Programs;

/// <summary>How many connections the system allows.</summary>
[TestFixture]
public sealed class OpenFilesTests
{
    private const string Header = "Limit                     Soft Limit           Hard Limit           Units     \n";

    [TestCase("Max open files            1024                 524288               files     \n", ExpectedResult = 1024)]
    [TestCase("Max processes             7                    7                    processes \nMax open files            20000                20000                files     \n", ExpectedResult = 20_000)]
    [TestCase("Max open files            unlimited            unlimited            files     \n", ExpectedResult = null)]
    [TestCase("Max processes             7                    7                    processes \n", ExpectedResult = null)]
    public long? The_bound_is_the_one_that_holds_now(string lines) => OpenFiles.Parse(Header + lines);

    [Test]
    public void More_connections_than_that_are_refused_with_what_would_do()
    {
        OpenFiles.Require(most: null, connections: 1_000_000);
        OpenFiles.Require(most: 1024, connections: 1024 - OpenFiles.Spare);

        ReportedException error = Assert.Throws<ReportedException>(static () => OpenFiles.Require(most: 1024, connections: 1024))!;
        Assert.That((error.Kind, error.Next), Is.EqualTo((ErrorKinds.SystemLimit, "ulimit -n 1536")));
        Assert.That(error.Message, Does.Contain("1536 open files").And.Contain("1024 (ulimit -n)"));
    }
}
