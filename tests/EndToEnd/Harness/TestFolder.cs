using System.Diagnostics;
using System.Security.Cryptography;
using NUnit.Framework;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>A folder of one test, on the real disk beside the tests; gone with the test.</summary>
internal sealed class TestFolder : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>Makes a new, empty folder.</summary>
    public TestFolder()
    {
        FullPath = Path.Combine(TestContext.CurrentContext.WorkDirectory, "end-to-end", Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(FullPath);
    }

    /// <summary>Its path.</summary>
    public string FullPath { get; }

    /// <summary>
    /// An address of this machine that is the test's own: outgoing connections never use it, nor do other tests, so that what listens there finds its port free when it
    /// starts again.
    /// </summary>
    public string Loopback { get; } = $"127.{RandomNumberGenerator.GetInt32(1, 255)}.{RandomNumberGenerator.GetInt32(256)}.{RandomNumberGenerator.GetInt32(1, 255)}";

    /// <summary>The path of something in it.</summary>
    public string File(string name) => Path.Combine(FullPath, name);

    /// <summary>
    /// Deletes it. A test that has failed may leave programs that are still ending and write here: it waits for them, or what it throws would
    /// hide what the test failed by.
    /// </summary>
    public void Dispose()
    {
        Stopwatch since = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                Directory.Delete(FullPath, recursive: true);
                return;
            }
            catch (IOException) when (since.Elapsed < _patience)
            {
                Thread.Sleep(TimeSpan.FromMilliseconds(100));
            }
        }
    }
}
