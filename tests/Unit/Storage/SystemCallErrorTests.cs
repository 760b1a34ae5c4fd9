using Moq;
using NUnit.Framework;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Posix;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>What each error of a system call becomes: only what was interrupted is tried again, and a sync never is.</summary>
[TestFixture]
public sealed class SystemCallErrorTests
{
    private const int Descriptor = 7;
    private const int Interrupted = -4;
    private const int InputOutput = -5;
    private const int NoSpace = -28;
    private const int QuotaExceeded = -122;

    private Mock<ISystemCalls> _calls = null!;
    private StorageDirectory _directory = null!;

    [SetUp]
    public void SetUp()
    {
        _calls = new Mock<ISystemCalls>(MockBehavior.Strict);
        _calls.Setup(calls => calls.Open(It.IsAny<string>(), It.IsAny<int>(), It.IsAny<int>())).Returns(Descriptor);
        _calls.Setup(calls => calls.Close(Descriptor));
        _calls.Setup(calls => calls.List(It.IsAny<string>(), It.IsAny<ICollection<string>>())).Returns(0);
        _calls.Setup(calls => calls.ProcessId()).Returns(1);
        _directory = new StorageDirectory(Path.GetTempPath(), _calls.Object);
    }

    [TestCase(InputOutput)]
    [TestCase(Interrupted)]
    [TestCase(NoSpace)]
    public void A_sync_that_failed_is_fatal_and_never_made_again(int error)
    {
        _calls.Setup(calls => calls.SyncData(Descriptor)).Returns(error);
        using StorageFile file = _directory.Create("log");

        Assert.That(file.SyncData, Throws.TypeOf<StorageFailedException>().With.Message.Contains($"errno {-error}"));

        _calls.Verify(calls => calls.SyncData(Descriptor), Times.Once);
    }

    [Test]
    public void A_sync_of_a_directory_that_failed_is_fatal_and_never_made_again()
    {
        _calls.Setup(calls => calls.Sync(Descriptor)).Returns(InputOutput);

        Assert.That(_directory.SyncDirectory, Throws.TypeOf<StorageFailedException>().With.Message.Contains("sync the directory"));

        _calls.Verify(calls => calls.Sync(Descriptor), Times.Once);
    }

    [TestCase(NoSpace)]
    [TestCase(QuotaExceeded)]
    public void A_file_that_cannot_grow_is_a_full_disk_and_no_broken_one(int error)
    {
        _calls.Setup(calls => calls.SetLength(Descriptor, 4096)).Returns(error);
        using StorageFile file = _directory.Create("log");

        Assert.That(() => file.SetLength(4096), Throws.TypeOf<DiskFullException>().With.Message.Contains("4096 bytes"));
    }

    [Test]
    public void What_was_interrupted_is_tried_again()
    {
        string path = Path.Combine(_directory.Location, "log");
        _calls.SetupSequence(calls => calls.Open(path, It.IsAny<int>(), It.IsAny<int>())).Returns(Interrupted).Returns(Descriptor);
        _calls.SetupSequence(calls => calls.SetLength(Descriptor, 4096)).Returns(Interrupted).Returns(Interrupted).Returns(0);
        using StorageFile file = _directory.Open("log");

        file.SetLength(4096);

        _calls.Verify(calls => calls.Open(path, It.IsAny<int>(), It.IsAny<int>()), Times.Exactly(2));
        _calls.Verify(calls => calls.SetLength(Descriptor, 4096), Times.Exactly(3));
    }

    [Test]
    public void A_lock_that_fails_for_another_reason_than_its_holder_says_so_and_the_file_is_closed()
    {
        const int NoLocks = -37;
        _calls.SetupSequence(calls => calls.Lock(Descriptor, It.IsAny<int>())).Returns(Interrupted).Returns(NoLocks);

        Assert.That(() => _directory.Lock("lock"), Throws.TypeOf<StorageFailedException>().With.Message.Contains("cannot lock").And.Message.Contains("errno 37"));

        _calls.Verify(calls => calls.Lock(Descriptor, It.IsAny<int>()), Times.Exactly(2));
        _calls.Verify(calls => calls.Close(Descriptor), Times.Once);
    }

    [Test]
    public void A_name_that_cannot_be_changed_or_removed_is_told_with_its_path()
    {
        const int ReadOnlyFileSystem = -30;
        _calls.Setup(calls => calls.Rename(It.IsAny<string>(), It.IsAny<string>())).Returns(ReadOnlyFileSystem);
        _calls.Setup(calls => calls.Delete(It.IsAny<string>())).Returns(ReadOnlyFileSystem);
        string path = Path.Combine(_directory.Location, "old");

        Assert.That(() => _directory.Rename("old", "new"), Throws.TypeOf<StorageFailedException>().With.Message.Contains($"cannot rename {path}"));
        Assert.That(() => _directory.Delete("old"), Throws.TypeOf<StorageFailedException>().With.Message.Contains($"cannot remove {path}"));
    }

    [Test]
    public void A_length_that_cannot_be_found_is_an_error_of_the_disk()
    {
        _calls.Setup(calls => calls.Length(Descriptor)).Returns(InputOutput);
        using StorageFile file = _directory.Open("log");

        Assert.That(() => file.Length, Throws.TypeOf<StorageFailedException>().With.Message.Contains("cannot find the length of"));
    }
}
