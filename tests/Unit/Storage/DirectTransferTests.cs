using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NUnit.Framework;
using PaxosShard.Replica.Node.Storage.Posix;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>Bytes that go between memory and the disk itself, on the real file system, and what becomes of them where it does not take any.</summary>
[TestFixture]
public sealed class DirectTransferTests
{
    private RecordedSystemCalls _calls = null!;
    private string _path = null!;

    [SetUp]
    public void SetUp()
    {
        _calls = new RecordedSystemCalls();
        _path = Directory.CreateDirectory(Path.Combine(TestContext.CurrentContext.WorkDirectory, $"direct-{Guid.NewGuid():N}")).FullName;
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_path, recursive: true);

    [Test]
    public void What_is_written_is_there([Values] bool isKnown, [Values] bool isRefused)
    {
        (_calls.KnowsDirect, _calls.RefusesDirect) = (isKnown, isRefused);
        AlignedBytes bytes = new(3 * AlignedBytes.Alignment);
        new Random(1).NextBytes(bytes.Span);
        using (StorageFile file = new StorageDirectory(_path, _calls).Create("log"))
        {
            file.TransferDirectly();
            file.WriteAt(bytes.Span, 0);
            file.WriteAt(bytes.Span[..AlignedBytes.Alignment], 2 * AlignedBytes.Alignment);
            file.SyncData();
            Assert.That(file.Length, Is.EqualTo(bytes.Length));
        }

        byte[] read = File.ReadAllBytes(Path.Combine(_path, "log"));
        Assert.That(read.AsSpan(0, 2 * AlignedBytes.Alignment).SequenceEqual(bytes.Span[..(2 * AlignedBytes.Alignment)]));
        Assert.That(read.AsSpan(2 * AlignedBytes.Alignment).SequenceEqual(bytes.Span[..AlignedBytes.Alignment]));
    }

    [Test]
    public void What_the_disk_itself_would_not_take_goes_through_the_cache()
    {
        using (StorageFile file = new StorageDirectory(_path, _calls).Create("log"))
        {
            file.TransferDirectly();
            file.WriteAt([1, 2, 3], 5);
        }

        Assert.That(File.ReadAllBytes(Path.Combine(_path, "log")), Is.EqualTo(new byte[] { 0, 0, 0, 0, 0, 1, 2, 3 }));
    }

    [Test]
    public void What_is_read_is_what_is_there([Values] bool isKnown, [Values] bool isRefused, [Values(0, 1, 4096)] int offset, [Values(1, 4096, 8192, 20_480)] int length)
    {
        (_calls.KnowsDirect, _calls.RefusesDirect) = (isKnown, isRefused);
        byte[] whole = new byte[(3 * AlignedBytes.Alignment) + 7];
        new Random(2).NextBytes(whole);
        File.WriteAllBytes(Path.Combine(_path, "log"), whole);
        AlignedBytes bytes = new(length);
        using StorageFile file = new StorageDirectory(_path, _calls).Open("log", readOnly: true);

        file.TransferDirectly();
        int count = file.ReadAt(bytes.Span, offset);

        Assert.That(count, Is.EqualTo(Math.Min(length, whole.Length - offset)));
        Assert.That(bytes.Span[..count].SequenceEqual(whole.AsSpan(offset, count)));
        Assert.That(file.ReadAt(bytes.Span[..1], 2), Is.EqualTo(1), "it goes on through the cache");
        Assert.That(bytes.Span[0], Is.EqualTo(whole[2]));
    }

    [Test]
    public void Aligned_bytes_begin_at_a_page_and_are_zeros([Values(1, 4095, 4096, 100_000)] int length)
    {
        for (int count = 0; count < 20; count++)
        {
            AlignedBytes bytes = new(length);
            Assert.That(Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref MemoryMarshal.GetReference(bytes.Span)) % AlignedBytes.Alignment, Is.EqualTo((nint)0));
            Assert.That(bytes.Span.Length, Is.EqualTo(length));
            Assert.That(bytes.Span.IndexOfAnyExcept((byte)0), Is.EqualTo(-1));
        }
    }
}
