using System.Buffers.Binary;
using System.Globalization;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Disk;

namespace PaxosShard.Simulator.Scenarios.Disk;

/// <summary>
/// Schedule 48 (rule 3): the first block of the segment in use goes bad on r1, once. X was acknowledged by r0 and r1, and r2 never had it. r1 may not come back
/// as if it had never voted: alone with r2 it would have another value chosen.
/// </summary>
internal static class HeadOfTheSegmentRots
{
    private const long LastSlot = 60;
    private const ulong SegmentMagic = 0x50584C4F47534547;

    public static IReadOnlyList<Violation> RunZeros() => Run((disk, segment) => disk.Damage(segment, 0, new byte[SimulatedDisk.BlockBytes]));

    public static IReadOnlyList<Violation> RunUnreadable() => Run((disk, segment) => disk.MakeUnreadable(segment, 0, SimulatedDisk.BlockBytes));

    private static IReadOnlyList<Violation> Run(Action<SimulatedDisk, string> spoil)
    {
        Scenario scenario = new Scenario().Start().DecideUpTo(LastSlot).RunFor(100).Kill(2).Send(0, "X");
        scenario.RunUntil("X is decided", () => scenario.Decided(0) == LastSlot + 1 && scenario.Decided(1) == LastSlot + 1)
            .RunFor(100)
            .Expect(scenario.DecidedValueOf(1, LastSlot + 1) is "X", "r1 has X")
            .Kill(0)
            .Kill(1);
        SimulatedDisk disk = scenario.Cluster.Replicas[1].Disk.Disk;
        spoil(disk, disk.Names.Last(name => IsInUse(disk, name)));
        return scenario.Start(1, 2)
            .RunUntil("r1 and r2 go on", () => scenario.Primary() >= 0 && scenario.Decided(1) > LastSlot && scenario.Decided(2) > LastSlot)
            .Expect(scenario.DecidedValueOf(2, LastSlot + 1) is "X", $"X was acknowledged; r2 has {scenario.DecidedValueOf(2, LastSlot + 1)}")
            .Start(0)
            .RunUntil("all agree", () => scenario.AgreeUpTo(LastSlot + 2))
            .Violations;
    }

    private static bool IsInUse(SimulatedDisk disk, string name)
    {
        byte[] file = name.StartsWith("log-", StringComparison.Ordinal) ? disk.Platter(name) : [];
        return file.Length >= SimulatedDisk.BlockBytes
            && BinaryPrimitives.ReadUInt64BigEndian(file) == SegmentMagic
            && BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(72)) == int.Parse(name.AsSpan(4), CultureInfo.InvariantCulture);
    }
}
