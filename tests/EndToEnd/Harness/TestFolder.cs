using NUnit.Framework;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>A folder of one test, on the real disk beside the tests; gone with the test.</summary>
internal sealed class TestFolder : IDisposable
{
    /// <summary>Makes a new, empty folder.</summary>
    public TestFolder()
    {
        FullPath = Path.Combine(TestContext.CurrentContext.WorkDirectory, "end-to-end", Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(FullPath);
    }

    /// <summary>Its path.</summary>
    public string FullPath { get; }

    /// <summary>The path of something in it.</summary>
    public string File(string name) => Path.Combine(FullPath, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
