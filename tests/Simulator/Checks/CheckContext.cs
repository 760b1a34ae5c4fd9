namespace PaxosShard.Simulator.Checks;

/// <summary>What all checkers of a run share.</summary>
/// <param name="ReplicaCount">Replicas in the group.</param>
/// <param name="MachineCount">Machines that may take part in the run, by number: the founders, each with the number of its place, then the newcomers.</param>
/// <param name="Violations">Where they report.</param>
/// <param name="Marks">Where they note what was reached.</param>
public sealed record CheckContext(int ReplicaCount, int MachineCount, ViolationLog Violations, Marks Marks)
{
    /// <summary>Replicas that make a quorum.</summary>
    public int Quorum => (ReplicaCount / 2) + 1;

    /// <summary>The ghosts of the disks.</summary>
    public DurableImage[] Images { get; } = MakeImages(MachineCount);

    /// <summary>Replicas in whose memory a bit was flipped in their life of now.</summary>
    public bool[] IsStruck { get; } = new bool[MachineCount];

    /// <summary>The member lists that were executed (rule 13).</summary>
    public MemberLists Lists { get; } = new(ReplicaCount);

    /// <summary>The place in the group of each machine.</summary>
    public int[] Places { get; } = [.. Enumerable.Range(0, MachineCount)];

    /// <summary>Members may be replaced in this run.</summary>
    public bool MayReplace => MachineCount > ReplicaCount;

    /// <summary>More was damaged than a group can stand: what was acknowledged may be gone, but nothing untrue is said.</summary>
    public bool MayLose { get; set; }

    /// <summary>The place in the group of a machine.</summary>
    public int PlaceOf(int machine) => Places[machine];

    /// <summary>Notes a violation.</summary>
    public void Report(string invariant, string text) => Violations.Report(invariant, text);

    private static DurableImage[] MakeImages(int count)
    {
        DurableImage[] images = new DurableImage[count];
        for (int index = 0; index < count; index++)
            images[index] = new DurableImage();
        return images;
    }
}
