namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>
/// Where a case script works. The path is short, because the socket of a terminal lies in it. Whatever becomes of the script,
/// afterwards no process is left that was started in it, and the folder is gone.
/// </summary>
internal sealed class CaseFolder : IAsyncDisposable
{
    private const string Variable = "CASE_FOLDER";

    private readonly string _path = Directory.CreateTempSubdirectory("px-").FullName;

    /// <summary>What the script has to know.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["PX"] = Programs.Px,
        [Variable] = _path,
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ProcessTable.KillAsync(
            "nothing that the case started runs any more",
            () => [.. ProcessTable.WithEnvironment($"{Variable}={_path}"), .. ProcessTable.With(_path + "/")]);
        Directory.Delete(_path, recursive: true);
    }
}
