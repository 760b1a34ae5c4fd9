using NUnit.Framework;
using PaxosShard.ChatClient.App.Verbs.Keys;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.ChatApp;

/// <summary>A value that is read from a file: every byte of it, and no more than it takes to know that it is too long.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ValueReaderTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"value-{Guid.NewGuid():N}");

    [TestCase(0, 0)]
    [TestCase(3, 3)]
    [TestCase(Limits.Value, Limits.Value)]
    [TestCase(Limits.Value + 1, Limits.Value + 1)]
    [TestCase(Limits.Value + 100_000, Limits.Value + 1)]
    public async Task It_ends_behind_the_first_byte_that_is_too_many(int length, int read)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        await File.WriteAllBytesAsync(_file, bytes);

        ReadOnlyMemory<byte> value = await ValueReader.ReadFileAsync(_file, CancellationToken.None);

        Assert.That(value.Span.SequenceEqual(bytes.AsSpan(0, read)), Is.True);
    }

    [Test]
    public async Task A_source_without_an_end_is_not_read_for_ever() =>
        Assert.That((await ValueReader.ReadFileAsync("/dev/zero", CancellationToken.None)).Length, Is.EqualTo(Limits.Value + 1));

    [Test]
    public async Task A_file_that_is_not_there_and_a_directory_are_named()
    {
        foreach (string path in new[] { _file, Path.GetTempPath() })
        {
            ReportedException error = (await Assert.CatchAsync<ReportedException>(() => ValueReader.ReadFileAsync(path, CancellationToken.None)))!;

            Assert.That(error.Kind, Is.EqualTo(ErrorKinds.FileSystem));
            Assert.That(error.Message, Does.StartWith($"{path}: "));
            Assert.That(error.Outcome, Is.EqualTo("nothing was sent"));
        }
    }

    public void Dispose() => File.Delete(_file);
}
