using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Simulator.Disk;
using PaxosShard.Tests.Unit.Storage;

namespace PaxosShard.Tests.Unit.Golden;

/// <summary>The files of a data directory that is kept in the source tree.</summary>
/// <param name="folder">The name of its folder.</param>
/// <param name="names">The names of the files; the log is one segment.</param>
internal sealed class GoldenFiles(string folder, string[] names)
{
    /// <summary>The segment.</summary>
    public const string Segment = "log-0000000001";

    private readonly string _folder = RepositoryFiles.PathOf($"tests/Unit/Golden/{folder}");

    /// <summary>Bytes of all files.</summary>
    public long Length => names.Sum(name => new FileInfo(Path.Combine(_folder, name)).Length);

    /// <summary>A disk with a copy of the files.</summary>
    public SimulatedDisk Copy()
    {
        SimulatedDisk disk = new();
        StorageDirectory directory = disk.OpenDirectory();
        foreach (string name in names)
        {
            using StorageFile file = directory.Create(name);
            file.WriteAt(File.ReadAllBytes(Path.Combine(_folder, name)), 0);
            file.SyncData();
        }

        directory.SyncDirectory();
        return disk;
    }

    /// <summary>Writes the files.</summary>
    /// <param name="disk">Where they are.</param>
    /// <param name="isRotten">The record that gets a wrong bit in its entry.</param>
    public void Write(SimulatedDisk disk, Func<ReadRecord, bool> isRotten)
    {
        Directory.CreateDirectory(_folder);
        foreach (string name in names)
        {
            byte[] file = disk.Platter(name);
            File.WriteAllBytes(Path.Combine(_folder, name), name is Segment ? WithRot(file, isRotten) : file);
        }
    }

    /// <summary>As much of the segment as is used, with a wrong bit in the entry of a record.</summary>
    private static byte[] WithRot(byte[] segment, Func<ReadRecord, bool> isRotten)
    {
        List<ReadBatch> batches = FormatReader.Read(segment, StoreFixture.Identity.Identity);
        segment[batches.SelectMany(static batch => batch.Records).Single(isRotten).Offset + 40] ^= 1;
        return segment[..batches[^1].End];
    }
}
