namespace PaxosShard.Simulator.Disk;

/// <summary>A change of the directory that was not synced yet.</summary>
/// <param name="File">The file it is about.</param>
/// <param name="From">The name it had; null when it was created.</param>
/// <param name="To">The name it got; null when it was removed.</param>
internal sealed record DirectoryChange(DiskFile File, string? From, string? To)
{
    /// <summary>Makes the change, unless an earlier one that it builds on was lost.</summary>
    public void Apply(SortedDictionary<string, DiskFile> names)
    {
        if (From is not null)
        {
            if (!names.TryGetValue(From, out DiskFile? file) || !ReferenceEquals(file, File))
                return;
            names.Remove(From);
        }

        if (To is not null)
            names[To] = File;
    }
}
