using System.Globalization;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>
/// The names of the files that a group has for itself in a data directory (FORMAT.md): its identity and its snapshots. Where several groups share the directory the names have the number of the
/// group, and where it is alone they have none.
/// </summary>
/// <param name="Number">What stands behind the words, a hyphen before it; empty for a group that is alone.</param>
internal readonly record struct GroupFiles(string Number)
{
    private const string IdentityWord = "identity";
    private const string SnapshotWord = "snapshot";
    private const string Unfinished = ".new";

    /// <summary>Those of a group that has the directory for itself.</summary>
    public static GroupFiles Alone => new(string.Empty);

    /// <summary>The identity file.</summary>
    public string Identity => IdentityWord + Number;

    /// <summary>The identity file while it is made, and the space that is kept for the next one.</summary>
    public string NewIdentity => Identity + Unfinished;

    /// <summary>The durable snapshot.</summary>
    public string Snapshot => SnapshotWord + Number;

    /// <summary>The snapshot that is being written.</summary>
    public string NewSnapshot => Snapshot + Unfinished;

    /// <summary>All of them.</summary>
    public IEnumerable<string> All => [Identity, NewIdentity, Snapshot, NewSnapshot];

    /// <summary>Those of a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="groups">How many share the directory.</param>
    public static GroupFiles Of(GroupId group, int groups) => groups == 1 ? Alone : OfSharing(group);

    /// <summary>Those of a group that shares the directory.</summary>
    public static GroupFiles OfSharing(GroupId group) => new("-" + group.Number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A file of that name is a durable snapshot.</summary>
    public static bool IsSnapshot(string name) => name.StartsWith(SnapshotWord, StringComparison.Ordinal) && TryRead(name, out _, out bool isUnfinished) && !isUnfinished;

    /// <summary>The groups that share a directory by the names of their files, ascending; empty when it belongs to one alone, or to none.</summary>
    public static IReadOnlyList<GroupId> SharingIn(StorageDirectory directory)
    {
        SortedSet<int> groups = [];
        foreach (string name in directory.List())
        {
            if (TryRead(name, out int group, out bool isUnfinished) && group > 0 && !isUnfinished)
                groups.Add(group);
        }

        return [.. groups.Select(static group => new GroupId(group))];
    }

    /// <summary>The group of a name, 0 for one that is alone.</summary>
    private static bool TryRead(string name, out int group, out bool isUnfinished)
    {
        group = 0;
        isUnfinished = name.EndsWith(Unfinished, StringComparison.Ordinal);
        ReadOnlySpan<char> rest = isUnfinished ? name.AsSpan(0, name.Length - Unfinished.Length) : name;
        bool isOwn = rest.StartsWith(IdentityWord, StringComparison.Ordinal) || rest.StartsWith(SnapshotWord, StringComparison.Ordinal);
        if (!isOwn)
            return false;
        rest = rest[IdentityWord.Length..];
        return rest.IsEmpty
            || (rest[0] == '-' && rest.Length > 1 && rest[1] != '0' && int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out group) && group <= GroupId.Highest);
    }
}
