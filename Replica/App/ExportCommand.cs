using System.CommandLine;
using PaxosShard.Programs.Errors;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.App;

/// <summary><c>px replica export</c>: the executed log of a stopped replica as text, behind <c>px log export</c>.</summary>
internal static class ExportCommand
{
    private const string About = """
        Print the executed log of a stopped replica, as px log export does, which finds the replicas of a group by its directory.
        It begins behind the newest snapshot: a note on stderr says from which slot on. How much the group holds is to be said as to the replica.
        Example: px replica export --data r0
        """;

    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Option<string> data = new("--data") { Description = "Data directory of a stopped replica; it is not changed", HelpName = "DIR", Required = true };
        Option<int?> group = new("--group") { Description = "The group, where several share the directory", HelpName = "G" };
        Command command = new("export", About) { data, group };
        command.Hidden = true; // The page that people read is that of px log export.
        MachineOptions machine = new();
        machine.AddTo(command);
        command.SetAction(parsed => Run(parsed.GetRequiredValue(data), parsed.GetValue(group), shard => machine.Of(parsed, shard)));
        return command;
    }

    private static int Run(string directory, int? group, Func<GroupId, Func<Action<SentMessage>?, ShardMachine>> machineOf)
    {
        if (!Directory.Exists(directory))
            throw new ReportedException(ErrorKinds.NoReplica, $"{directory} does not exist");
        StorageDirectory files = StorageDirectory.Of(directory);
        if (!ReplicaStore.IsFormatted(files))
            throw new ReportedException(ErrorKinds.NoReplica, $"{files.Location} has no file of a replica in it");
        (ReplicaIdentity identity, RecoveredState recovered) = ChosenOf(ReplicaStore.ReadOnly(files), group, files.Location);
        if (recovered.Faulty.Count > 0 || recovered.FaultyFrom > Slot.Zero)
            throw new ReportedException(ErrorKinds.CannotExport, $"{files.Location}: slots behind {recovered.Decided.Number} were there and cannot be read");
        GroupOptions options = new() { ReplicaCount = identity.ReplicaCount, Self = identity.Replica };
        Func<Action<SentMessage>?, ShardMachine> machine = MachineOf(identity, options, machineOf) ?? throw new OtherRulesException(files.Location);
        try
        {
            // When whoever reads has enough and closes the pipe, this stream drops the rest and says nothing.
            using Stream output = Console.OpenStandardOutput();
            LogExport.Write(recovered, options, machine, lines => output.Write(lines.Span));
        }
        catch (IOException failure)
        {
            throw new ReportedException(ErrorKinds.OutputFailed, failure.Message);
        }

        if (recovered.Snapshot.Slot > Slot.Zero)
            Console.Error.WriteLine($"note: the log begins at slot {recovered.Snapshot.Slot.Next.Number}; what was sent before is in a snapshot and is not printed");
        return ExitCode.Ok;
    }

    private static (ReplicaIdentity Identity, RecoveredState State) ChosenOf(IReadOnlyList<(ReplicaIdentity Identity, RecoveredState State)> groups, int? group, string location)
    {
        string names = string.Join(", ", groups.Select(static one => one.Identity.Group.Number));
        if (group is null && groups.Count > 1)
            throw new InvalidOptionsException($"the groups {names} share {location}: --group says which one is to be exported");
        int index = group is null ? 0 : groups.ToList().FindIndex(one => one.Identity.Group.Number == group);
        return index < 0 ? throw new InvalidOptionsException($"--group: {location} belongs to group {names}, not to {group}") : groups[index];
    }

    /// <summary>What makes the machine of a replica. Its directory tells by the rules whether its group is a shard; null when neither of both fits.</summary>
    private static Func<Action<SentMessage>?, ShardMachine>? MachineOf(
        ReplicaIdentity identity, GroupOptions options, Func<GroupId, Func<Action<SentMessage>?, ShardMachine>> machineOf)
    {
        Func<Action<SentMessage>?, ShardMachine>[] both = [machineOf(GroupId.None), machineOf(identity.Group)];
        return identity.RulesHash == 0 ? both[0] : Array.Find(both, machine => ExecutionRules.HashOf(options, machine(null)) == identity.RulesHash);
    }
}
