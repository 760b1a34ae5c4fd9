using System.Globalization;
using System.Text;
using PaxosShard.ChatClient.App.Posix;
using PaxosShard.Programs;

namespace PaxosShard.ChatClient.App.Groups;

/// <summary>
/// Which replicas of a group run. The truth is the lock file of the data directory: the process that is noted in it and has that very
/// file open is the replica, whoever started it, and whatever the directory was called then. Only for the moment between its start and its
/// lock counts what <c>up</c> has noted. Looks on without locking anything: a lock held for a moment would turn away a replica that starts.
/// </summary>
/// <param name="files">The group's directory.</param>
internal sealed class GroupProcesses(GroupFiles files)
{
    private const int NoteBytes = 16;

    /// <summary>The process of a replica; null when it does not run.</summary>
    public ProcessIdentity? Of(ReplicaRecord replica) =>
        HolderOf(files.ReplicaLock(replica.Name))
        ?? (replica.Process?.IsAliveAs(files.CommandLinePart(replica.Name)) == true ? replica.Process : null);

    /// <summary>The replicas that run.</summary>
    public IReadOnlyList<RunningReplica> Running(GroupState state) =>
    [
        .. state.Replicas
            .Select(replica => (replica.Name, Process: Of(replica)))
            .Where(replica => replica.Process is not null)
            .Select(replica => new RunningReplica(replica.Name, replica.Process!)),
    ];

    /// <summary>A process of this machine holds the data directory of a replica.</summary>
    public bool IsHeld(string replica) => HolderOf(files.ReplicaLock(replica)) is not null;

    private static ProcessIdentity? HolderOf(string path) =>
        FileNumber.Of(path) is { } file && ReadNote(path) is { } pid && HasOpen(pid, file) ? ProcessIdentity.Of(pid) : null;

    // Not by the runtime's streams: they lock what they open.
    private static int? ReadNote(string path)
    {
        int descriptor = Descriptor.OpenToRead(path);
        if (descriptor < 0)
            return null;
        try
        {
            Span<byte> note = stackalloc byte[NoteBytes];
            int count = Descriptor.Read(descriptor, note);
            return int.TryParse(Encoding.ASCII.GetString(note[..count]), CultureInfo.InvariantCulture, out int pid) ? pid : null;
        }
        catch (IOException)
        {
            return null;
        }
        finally
        {
            Descriptor.Close(descriptor);
        }
    }

    private static bool HasOpen(int pid, FileNumber file)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd").Any(descriptor => FileNumber.Of(descriptor) == file);
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true; // A process of another user does not show its files: what it noted is all there is.
        }
    }
}

/// <summary>A replica whose process runs.</summary>
/// <param name="Name">r0, r1, …</param>
/// <param name="Process">Its process.</param>
internal sealed record RunningReplica(string Name, ProcessIdentity Process);
