using Moq;
using NUnit.Framework;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Posix;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>A limit of the system is no fault of the disk: the error names it.</summary>
[TestFixture]
public sealed class SystemLimitTests
{
    private const int Descriptor = 7;

    [Test]
    public void A_write_beyond_the_limit_on_the_size_of_files_is_told_as_that()
    {
        Mock<ISystemCalls> calls = new();
        calls.Setup(all => all.Open(It.IsAny<string>(), It.IsAny<int>(), It.IsAny<int>())).Returns(Descriptor);
        calls.Setup(all => all.SetLength(Descriptor, It.IsAny<long>())).Returns(-27);
        using StorageFile file = new StorageDirectory(Path.GetTempPath(), calls.Object).Create("log");

        StorageFailedException error = Assert.Throws<StorageFailedException>(() => file.SetLength(1 << 20))!;

        Assert.That(error.IsSystemLimit, Is.True);
        Assert.That(error.Message, Does.Contain("ulimit -f").And.Contain("errno 27"));
    }

    [TestCase(-24, "ulimit -n")]
    [TestCase(-23, "file-max")]
    [TestCase(-12, "ulimit -v")]
    public void A_file_that_cannot_be_opened_for_a_limit_names_it(int result, string limit)
    {
        Mock<ISystemCalls> calls = new();
        calls.Setup(all => all.Open(It.IsAny<string>(), It.IsAny<int>(), It.IsAny<int>())).Returns(result);

        StorageFailedException error = Assert.Throws<StorageFailedException>(() => new StorageDirectory(Path.GetTempPath(), calls.Object).Open("log"))!;

        Assert.That(error.IsSystemLimit, Is.True);
        Assert.That(error.Message, Does.Contain(limit));
    }

    [Test]
    public void An_error_of_the_disk_is_no_limit()
    {
        Mock<ISystemCalls> calls = new();
        calls.Setup(all => all.Open(It.IsAny<string>(), It.IsAny<int>(), It.IsAny<int>())).Returns(-5);

        StorageFailedException error = Assert.Throws<StorageFailedException>(() => new StorageDirectory(Path.GetTempPath(), calls.Object).Open("log"))!;

        Assert.That(error.IsSystemLimit, Is.False);
        Assert.That(error.Message, Does.Contain("errno 5").And.Not.Contain("ulimit"));
    }
}
