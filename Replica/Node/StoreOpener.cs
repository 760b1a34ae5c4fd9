using System.Buffers.Binary;
using System.Security.Cryptography;
using NLog;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Posix;

namespace PaxosShard.Replica.Node;

/// <summary>Opens the store that the options ask for, or makes a new one, and checks that it is really this replica's.</summary>
internal static class StoreOpener
{
    private const int MostFilesNamed = 20;
    private static readonly Logger _log = LogManager.GetLogger(nameof(StoreOpener));

    /// <summary>Opens or makes the store; a new one is durable with all the directories above it when this returns.</summary>
    /// <param name="options">Where it is and whose.</param>
    /// <param name="calls">The system calls; the real ones when null.</param>
    /// <exception cref="DataDirectoryException">The data directory is not what the options need: emptied, or not empty.</exception>
    /// <exception cref="DataDirectoryInUseException">Another process has it.</exception>
    /// <exception cref="ForeignDataDirectoryException">It belongs to another cluster, group or replica.</exception>
    /// <exception cref="OtherRulesException">It was made to be executed by other rules.</exception>
    /// <exception cref="StorageFailedException">The disk failed.</exception>
    /// <exception cref="DiskFullException">No space is left.</exception>
    public static ReplicaStore Open(ReplicaNodeOptions options, ISystemCalls? calls = null)
    {
        StorageDirectory directory = OpenDirectory(options, calls ?? SystemCalls.Instance);
        if (options.Create)
            ReplicaStore.Create(directory, NewIdentities(options), options.Store);
        else if (!ReplicaStore.IsFormatted(directory))
            throw new DataDirectoryException($"{options.DataDirectory} is empty or foreign: there is no replica in it");

        ReplicaStore store = ReplicaStore.Open(directory, options.Store, DrawStart(), identities => Admit(options, identities));
        ReportForeignFiles(options.DataDirectory, store.ForeignFiles);
        foreach (GroupStore rotten in store.Groups.Where(static group => group.IsSnapshotRotten))
            _log.Warn("The snapshot of {Group} in {Directory} cannot be read as it was written: what the log does not have is fetched from the others", rotten.Identity.Group, options.DataDirectory);
        return store;
    }

    private static void ReportForeignFiles(string directory, IReadOnlyList<string> files)
    {
        if (files.Count == 0)
            return;
        string more = files.Count > MostFilesNamed ? $" and {files.Count - MostFilesNamed} more" : "";
        _log.Warn("Files in {Directory} that are not understood are left alone: {Files}", directory, string.Join(", ", files.Take(MostFilesNamed)) + more);
    }

    private static StorageDirectory OpenDirectory(ReplicaNodeOptions options, ISystemCalls calls)
    {
        try
        {
            return options.Create ? StorageDirectory.OpenOrMake(options.DataDirectory, calls) : new(options.DataDirectory, calls);
        }
        catch (DirectoryNotFoundException)
        {
            throw new DataDirectoryException(
                options.Create ? $"{options.DataDirectory} is no directory" : $"{options.DataDirectory} does not exist: there is no replica in it");
        }
    }

    private static ReplicaIdentity[] NewIdentities(ReplicaNodeOptions options)
    {
        ReplicaIdentity first = NewIdentity(options);
        return [.. options.Groups.Select(setup => first with { Group = setup.Group, RulesHash = RulesOf(options, setup) })];
    }

    private static ReplicaIdentity NewIdentity(ReplicaNodeOptions options) => new()
    {
        Cluster = options.Cluster ?? ClusterOf(options.Members),
        Group = options.Groups[0].Group,
        Replica = options.Self,
        ReplicaCount = options.Members.Count,
        MembersHash = options.Members.Hash,
        Identity = DrawIdentity(),
        IsNewcomer = options.Newcomer,
    };

    private static void Admit(ReplicaNodeOptions options, IReadOnlyList<ReplicaIdentity> identities)
    {
        string had = string.Join(", ", identities.Select(static identity => identity.Group));
        string asked = string.Join(", ", options.Groups.Select(static setup => setup.Group).OrderBy(static group => group.Number));
        if (!string.Equals(had, asked, StringComparison.Ordinal))
            throw new ForeignDataDirectoryException($"{options.DataDirectory} belongs to {had}, not to {asked}");
        foreach (ReplicaIdentity identity in identities)
        {
            if (Difference(options, identity) is { } difference)
                throw new ForeignDataDirectoryException($"{options.DataDirectory} {difference}");
            if (identity.RulesHash != 0 && identity.RulesHash != RulesOf(options, options.SetupOf(identity.Group)))
                throw new OtherRulesException(options.DataDirectory);
        }
    }

    private static ulong RulesOf(ReplicaNodeOptions options, GroupSetup setup) => ExecutionRules.HashOf(options.ToGroupOptions(), setup.Machine());

    private static string? Difference(ReplicaNodeOptions options, ReplicaIdentity identity)
    {
        if (options.Cluster is { } cluster && cluster != identity.Cluster)
            return $"belongs to cluster {identity.Cluster}, not to {cluster}";
        if (identity.Replica != options.Self)
            return $"belongs to {identity.Replica}, not to {options.Self}";
        return identity.MembersHash != options.Members.Hash
            ? $"was made with another member list than {options.Members}"
            : null;
    }

    /// <summary>The same for all who were given the same list.</summary>
    private static Guid ClusterOf(MemberList members)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, members.Hash);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], ~members.Hash);
        return new Guid(bytes, bigEndian: true);
    }

    private static Guid DrawStart()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return new Guid(bytes);
    }

    private static ulong DrawIdentity()
    {
        Span<byte> bytes = stackalloc byte[8];
        ulong identity;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            identity = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        }
        while (identity == 0);
        return identity;
    }
}
