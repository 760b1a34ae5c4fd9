using NUnit.Framework;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>A new data directory is reached through entries of the directories above it: they are durable before anything is said.</summary>
public sealed class DirectoriesAboveTests
{
    private const int PermissionDenied = 13;
    private const int InputOutput = 5;
    private const int InvalidArgument = 22;
    private const int NoSpace = 28;

    private readonly RecordedSystemCalls _calls = new();
    private string _root = string.Empty;

    private string Above => Path.Combine(_root, "above");

    private string Data => Path.Combine(Above, "r0");

    [SetUp]
    public void MakeRoot()
    {
        _root = Path.Combine(Path.GetTempPath(), $"directories-above-{Guid.NewGuid():N}");
        Directory.CreateDirectory(_root);
        _calls.Calls.Clear();
        _calls.Failures.Clear();
    }

    [TearDown]
    public void RemoveRoot() => Directory.Delete(_root, recursive: true);

    [Test]
    public void Every_directory_that_got_an_entry_is_synced_before_anything_is_written_below_it()
    {
        Open().Dispose();

        int firstWrite = _calls.Calls.FindIndex(call => call.StartsWith($"write {Data}/", StringComparison.Ordinal));
        Assert.That(firstWrite, Is.Positive);
        Assert.That(
            _calls.Calls.Take(firstWrite).Where(call => call.Contains(_root, StringComparison.Ordinal)),
            Is.EqualTo(new[] { $"mkdir {_root}", $"mkdir {Above}", $"fsync {_root}", $"mkdir {Data}", $"fsync {Above}" }));
    }

    [Test]
    public void Directories_that_are_there_already_are_synced_too_because_their_maker_may_have_been_killed()
    {
        Directory.CreateDirectory(Data);

        Open().Dispose();

        Assert.That(_calls.Calls, Does.Contain($"fsync {_root}"));
        Assert.That(_calls.Calls, Does.Contain($"fsync {Above}"));
        Assert.That(_calls.Calls, Does.Contain($"fsync {Path.GetDirectoryName(_root)}"));
    }

    [Test]
    public void Directories_that_are_made_are_for_their_owner_only()
    {
        Open().Dispose();

        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.That(new DirectoryInfo(Above).UnixFileMode, Is.EqualTo(ownerOnly));
        Assert.That(new DirectoryInfo(Data).UnixFileMode, Is.EqualTo(ownerOnly));
    }

    [TestCase(PermissionDenied, "open")]
    [TestCase(InputOutput, "fsync")]
    [TestCase(InvalidArgument, "fsync")]
    public void A_directory_that_got_an_entry_and_cannot_be_synced_ends_the_start(int errno, string call)
    {
        _calls.Failures[$"{call} {_root}"] = errno;

        Assert.That(() => Open(), Throws.TypeOf<StorageFailedException>().With.Message.Contains(_root).And.Message.Contains($"errno {errno}"));
        Assert.That(_calls.Calls.Exists(made => made.StartsWith("write", StringComparison.Ordinal)), Is.False);
        Assert.That(_calls.Calls.Count(made => string.Equals(made, $"fsync {_root}", StringComparison.Ordinal)), Is.LessThan(2), "no sync is tried again");
    }

    [TestCase(PermissionDenied, "open")]
    [TestCase(InvalidArgument, "fsync")]
    public void A_directory_of_others_that_got_no_entry_prevents_no_start(int errno, string call)
    {
        _calls.Failures[$"{call} {Path.GetDirectoryName(_root)}"] = errno;

        Assert.That(() => Open().Dispose(), Throws.Nothing);
    }

    [Test]
    public void A_bad_disk_under_a_directory_that_got_no_entry_ends_the_start()
    {
        Directory.CreateDirectory(Data);
        _calls.Failures[$"fsync {_root}"] = InputOutput;

        Assert.That(() => Open(), Throws.TypeOf<StorageFailedException>().With.Message.Contains(_root));
    }

    [Test]
    public void No_space_for_a_directory_is_told_as_that()
    {
        _calls.Failures[$"mkdir {Above}"] = NoSpace;

        Assert.That(() => Open(), Throws.TypeOf<DiskFullException>().With.Message.Contains(Above));
    }

    private ReplicaStore Open() => StoreOpener.Open(
        new ReplicaNodeOptions
        {
            DataDirectory = Data + Path.DirectorySeparatorChar,
            Create = true,
            Self = new ReplicaId(0),
            Groups = [new GroupSetup(new GroupId(1), static () => new ShardMachine())],
            Members = MemberList.Parse("127.0.0.1:1"),
            Store = StoreFixture.Small,
        },
        _calls);
}
