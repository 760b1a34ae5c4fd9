namespace PaxosShard.ChatClient.App.Groups;

/// <summary>A directory that is gone afterwards, unless it is to be kept.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Makes one.</summary>
    public TemporaryDirectory() => Root = Directory.CreateTempSubdirectory("paxosshard-").FullName;

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
