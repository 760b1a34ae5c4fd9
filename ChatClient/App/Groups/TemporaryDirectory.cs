using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>A directory that is gone afterwards, unless it is to be kept.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    /// <summary>How the name of each begins.</summary>
    public const string Prefix = "paxosshard-";

    /// <summary>Makes one where the environment wants it.</summary>
    /// <exception cref="ReportedException">TMPDIR is not UTF-8.</exception>
    public TemporaryDirectory(Shell shell)
    {
        _ = shell.Variable("TMPDIR"); // The runtime uses it, and would replace what is not UTF-8.
        Root = Directory.CreateTempSubdirectory(Prefix).FullName;
    }

    /// <summary>Where it is.</summary>
    public string Root { get; }

    /// <summary>It stays, for somebody to look into.</summary>
    public bool IsKept { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!IsKept)
            Directory.Delete(Root, recursive: true);
    }
}
