using System.Buffers;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Master.Core;
using PaxosShard.Master.Core.Exports;
using PaxosShard.Master.Core.Histories;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Placement;
using PaxosShard.Wire.Primitives;
using static PaxosShard.Tests.Unit.Placement.PlacementGroup;

namespace PaxosShard.Tests.Unit.Placement;

/// <summary>An export is the state at its slot, whatever runs between its pieces; an import of it goes on from there, and believes nothing.</summary>
public sealed class ExportTests
{
    [Test]
    public void An_import_is_the_machine_that_was_exported_at_every_point_of_its_history([Range(1, 3)] int seed)
    {
        Random random = new(seed);
        RandomRequests requests = new(random);
        PlacementGroup group = new();
        for (int count = 0; count < 80; count++)
        {
            List<string> answers = group.Answers();
            IMachineExport export = group.Machine.BeginExport(new Slot(7));
            List<byte[]> pieces = [];
            List<(byte[] Command, CommandResult Result)> meanwhile = [];
            List<int> lengths = [random.Next(1, 3000)];
            while (Next(export, lengths[^1]) is { } piece)
            {
                pieces.Add(piece);
                lengths.Add(random.Next(1, 3000));
                if (random.Next(4) > 0)
                    continue;
                byte[] command = requests.Next(group);
                meanwhile.Add((command, group.Apply(command)));
            }

            Assert.That((export.IsOver, export.KeptBytes), Is.EqualTo((true, 0L)));
            PlacementGroup imported = Import(pieces);
            Assert.That(imported.Answers(), Is.EqualTo(answers));
            Assert.That(Texts(Export(imported, [.. lengths])), Is.EqualTo(Texts(pieces)), "the export of the import");
            foreach ((byte[] command, CommandResult result) in meanwhile)
                Assert.That(Convert.ToHexString(imported.Apply(command).Payload.ToArray()), Is.EqualTo(Convert.ToHexString(result.Payload.ToArray())));
            Assert.That(imported.Machine.Hash, Is.EqualTo(group.Machine.Hash));
            group.Apply(requests.Next(group));
        }
    }

    [Test]
    public void An_import_goes_on_with_a_job_in_any_step([Values(JobStep.Copying, JobStep.Draining, JobStep.Committed)] JobStep step)
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));
        group.Accept(Remove(1));
        if (step != JobStep.Copying)
            group.Accept(Advance(2, JobStep.Copying, JobStep.Draining));
        if (step == JobStep.Committed)
        {
            group.Accept(Advance(2, JobStep.Draining, JobStep.Committed));
            group.Accept(Finish(2, new GroupId(1)));
        }

        PlacementGroup imported = Import(Export(group, 100));

        Assert.That(imported.Answers(), Is.EqualTo(group.Answers()));
        Assert.That(imported.State.Plan!.Moves, Is.EqualTo(group.State.Plan!.Moves));
        Assert.That(imported.Reject(Add([ShardOf(3, points: 9)])), Is.EqualTo(group.Reject(Add([ShardOf(3, points: 9)]))));
    }

    [Test]
    public void Many_configurations_and_jobs_are_imported_as_they_were()
    {
        RandomRequests requests = new(new Random(1));
        PlacementGroup group = new();
        while (group.Latest.Number < ConfigurationHistory.FullEvery + 10)
            group.Apply(requests.NextThatMoves(group));

        Assert.That(Import(Export(group, 50_000)).Answers(), Is.EqualTo(group.Answers()));
    }

    [Test]
    public void A_machine_in_which_nothing_is_is_exported_by_its_head()
    {
        List<byte[]> pieces = Export(new PlacementGroup(), 100);

        Assert.That(pieces, Has.Count.EqualTo(1));
        Assert.That(Import(pieces).Answers(), Is.EqualTo(new PlacementGroup().Answers()));
    }

    [Test]
    public void There_is_one_export_at_a_time_and_a_cancelled_one_has_no_more_pieces()
    {
        PlacementGroup group = Of(1, 2);
        IMachineExport export = group.Machine.BeginExport(new Slot(1));
        Assert.That(() => group.Machine.BeginExport(new Slot(1)), Throws.InvalidOperationException);
        Assert.That(export.KeptBytes, Is.GreaterThan(0));

        export.Cancel();

        Assert.That((export.IsOver, export.KeptBytes, Next(export, 100)), Is.EqualTo((true, 0L, (byte[]?)null)));
        Assert.That(Import(Export(group, 100)).Answers(), Is.EqualTo(group.Answers()));
    }

    [Test]
    public void Only_a_machine_that_has_run_nothing_takes_an_export()
    {
        Assert.That(() => Of(1, 2).Machine.BeginImport(), Throws.InvalidOperationException);
        Assert.That(() => Import(Export(Of(1), 100)).Machine.BeginImport(), Throws.InvalidOperationException);
    }

    [Test]
    public void A_piece_that_is_cut_changed_left_out_or_repeated_is_refused()
    {
        List<byte[]> pieces = Export(Small(), 200);
        Random random = new(1);
        for (int index = 0; index < pieces.Count; index++)
        {
            byte[] piece = pieces[index];
            for (int length = 0; length < piece.Length; length += Math.Max(1, piece.Length / 47))
                AssertRefused(pieces[..index], piece[..length]);
            for (int count = 0; count < 50; count++)
            {
                byte[] changed = [.. piece];
                changed[random.Next(piece.Length)] ^= (byte)(1 << random.Next(8));
                AssertRefused(pieces[..index], changed);
            }

            AssertRefused(pieces[..index], [.. piece, 0]);
            AssertRefused(pieces[..index], pieces[(index + 1) % pieces.Count]);
            AssertRefused(pieces[..index], []);
            if (index > 0)
                AssertRefused(pieces[..index], pieces[index - 1]);
        }

        PlacementGroup complete = new();
        IMachineImport import = complete.Machine.BeginImport();
        pieces.ForEach(piece => import.Add(piece));
        Assert.That(() => import.Add(pieces[0]), Throws.TypeOf<WireFormatException>());
    }

    [Test]
    public void Random_bytes_under_a_right_checksum_are_refused_or_make_a_state_that_works([Range(1, 5)] int seed)
    {
        Random random = new(seed);
        List<byte[]> pieces = Export(Small(), 200);
        for (int count = 0; count < 200; count++)
        {
            int index = random.Next(pieces.Count);
            byte[] content = [.. pieces[index][..^ExportFormat.ChecksumSize]];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
                content[random.Next(ExportFormat.PieceHeaderSize, content.Length)] = (byte)random.Next(256);
            if (content.AsSpan().SequenceEqual(pieces[index].AsSpan(0, content.Length)))
                continue;
            AssertTakenOrRefused(pieces, index, content);
        }
    }

    [Test]
    public void An_export_that_is_larger_than_the_machine_may_be_is_refused_by_its_head()
    {
        List<byte[]> pieces = Export(Small(), 200);
        long most = Small().Latest.Number;

        Assert.That(() => new PlacementMachine((int)most - 1).BeginImport().Add(pieces[0]), Throws.TypeOf<WireFormatException>().With.Message.Contains($"{most} configurations"));
        Assert.That(new PlacementMachine((int)most).BeginImport().Add(pieces[0]), Is.False);
    }

    [Test]
    public void Jobs_that_cannot_be_as_they_are_are_refused()
    {
        NewShard[] shards = [ShardOf(3)];
        PlacementJob adding = new(2, JobKind.AddShards, JobStep.Copying) { Shards = shards, From = 1, Moves = Moves(Add(3)) };

        AssertJobs(accepted: true, adding);
        AssertJobs(accepted: true, adding with { Step = JobStep.Cancelled });
        AssertJobs(accepted: false, adding with { Moves = 1 });
        AssertJobs(accepted: false, adding with { From = 0 });
        AssertJobs(accepted: false, adding with { From = PlacementJob.NotPlanned });
        AssertJobs(accepted: false, adding with { Step = JobStep.Committed });
        AssertJobs(accepted: false, adding with { Step = JobStep.Waiting, From = PlacementJob.NotPlanned, Moves = 0 });
        AssertJobs(accepted: false, adding with { Reported = [new GroupId(1)] });
        AssertJobs(accepted: false, adding with { Reason = "none" });
        AssertJobs(accepted: false, adding with { Shards = [] });
        AssertJobs(accepted: false, adding with { Shards = [ShardOf(1)] });
        AssertJobs(accepted: false, adding with { Group = new GroupId(1) });
        AssertJobs(accepted: false, adding with { Number = 1 });
        AssertJobs(accepted: false, adding, new PlacementJob(3, JobKind.AddShards, JobStep.Waiting) { Shards = shards });
        AssertJobs(accepted: true, adding, new PlacementJob(3, JobKind.RemoveShard, JobStep.Waiting) { Group = new GroupId(1) });
        AssertJobs(accepted: false, adding, new PlacementJob(3, JobKind.RemoveShard, JobStep.Waiting));
        AssertJobs(accepted: false, adding, new PlacementJob(3, JobKind.MoveArcs, JobStep.Waiting) { Group = new GroupId(1), Arcs = [2, 1] });
        AssertJobs(accepted: false, adding, new PlacementJob(3, JobKind.MoveArcs, JobStep.Waiting) { Group = new GroupId(1), Arcs = [Arc.Count] });
        AssertJobs(accepted: true, adding, new PlacementJob(3, JobKind.MoveArcs, JobStep.Waiting) { Group = new GroupId(1), Arcs = [1, 2] });
        AssertJobs(accepted: true, adding, new PlacementJob(3, JobKind.RemoveShard, JobStep.Failed) { Group = new GroupId(1), Reason = "why" });
        AssertJobs(accepted: false, adding, new PlacementJob(3, JobKind.RemoveShard, JobStep.Failed) { Group = new GroupId(1) });
        AssertJobs(accepted: false, adding, new PlacementJob(3, JobKind.RemoveShard, JobStep.Draining) { Group = new GroupId(1), From = 1 });
    }

    private static PlacementGroup Small()
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(Add(3));
        group.Drive();
        group.Accept(Barrier(Move(1, group.ArcsOf(2, 5))));
        group.Accept(Barrier(Remove(2)));
        group.Commit();
        return group;
    }

    private static int Moves(byte[] command)
    {
        PlacementGroup group = Of(1, 2);
        group.Accept(command);
        return group.State.Plan!.Moves.Count;
    }

    private static byte[]? Next(IMachineExport export, int wantedBytes)
    {
        ArrayBufferWriter<byte> output = new();
        return export.TryNext(output, wantedBytes) ? output.WrittenSpan.ToArray() : null;
    }

    private static List<byte[]> Export(PlacementGroup group, params ReadOnlySpan<int> wantedBytes)
    {
        IMachineExport export = group.Machine.BeginExport(new Slot(7));
        List<byte[]> pieces = [];
        while (Next(export, wantedBytes[Math.Min(pieces.Count, wantedBytes.Length - 1)]) is { } piece)
            pieces.Add(piece);
        return pieces;
    }

    private static PlacementGroup Import(List<byte[]> pieces)
    {
        PlacementMachine machine = new();
        IMachineImport import = machine.BeginImport();
        for (int index = 0; index < pieces.Count; index++)
            Assert.That(import.Add(pieces[index]), Is.EqualTo(index == pieces.Count - 1));
        return new PlacementGroup(machine);
    }

    private static List<string> Texts(List<byte[]> pieces) => pieces.ConvertAll(static piece => Convert.ToHexString(piece));

    private static void AssertRefused(List<byte[]> before, byte[] piece)
    {
        IMachineImport import = new PlacementMachine().BeginImport();
        before.ForEach(earlier => import.Add(earlier));
        Assert.That(() => import.Add(piece), Throws.TypeOf<WireFormatException>());
        Assert.That(() => import.Add(piece), Throws.TypeOf<WireFormatException>(), "and nothing more is taken");
    }

    private static byte[] Sealed(ReadOnlySpan<byte> content, ulong before, out ulong checksum)
    {
        checksum = StableHash64.Of(content, before);
        byte[] piece = new byte[content.Length + sizeof(ulong)];
        WireWriter writer = new(piece);
        writer.WriteRaw(content);
        writer.WriteUInt64(checksum);
        return piece;
    }

    // A state that is taken answers, goes on and is exported like any other.
    private static void AssertTakenOrRefused(List<byte[]> pieces, int changed, byte[] content)
    {
        PlacementGroup group = new();
        IMachineImport import = group.Machine.BeginImport();
        try
        {
            if (!AddSealed(import, pieces, changed, content))
                return;
        }
        catch (WireFormatException)
        {
            return;
        }

        List<string> answers = group.Answers();
        Assert.That(Import(Export(group, 200)).Answers(), Is.EqualTo(answers));
        while (group.UnderWay is not null)
            group.Drive();
    }

    // The pieces with one of them changed, each under the checksum that it would have; false when others would have to follow.
    private static bool AddSealed(IMachineImport import, List<byte[]> pieces, int changed, byte[] content)
    {
        ulong checksum = 0;
        bool isLast = false;
        for (int index = 0; index < pieces.Count; index++)
            isLast = import.Add(Sealed(index == changed ? content : pieces[index].AsSpan(0, pieces[index].Length - sizeof(ulong)), checksum, out checksum));
        return isLast;
    }

    // Imports a machine with two shards and these jobs behind the first one.
    private static void AssertJobs(bool accepted, params ReadOnlySpan<PlacementJob> jobs)
    {
        PlacementState state = new();
        state.Add(Of(1, 2).Latest);
        state.Put(Of(1, 2).Job(1));
        List<PlacementJob> all = [Of(1, 2).Job(1), .. jobs];
        PlacementJob[] written = [.. all];
        if (jobs[0].Number > 1)
        {
            foreach (PlacementJob job in jobs)
                state.Put(job);
        }

        PlacementExport export = new(new ExportHead(new Slot(1), 1, 1, written.Length, state.Bytes), state.History.Stored, written);
        IMachineImport import = new PlacementMachine().BeginImport();
        List<byte[]> pieces = [];
        while (Next(export, 100) is { } piece)
            pieces.Add(piece);
        if (accepted)
            Assert.DoesNotThrow(() => pieces.ForEach(piece => import.Add(piece)));
        else
            Assert.That(() => pieces.ForEach(piece => import.Add(piece)), Throws.TypeOf<WireFormatException>());
    }
}
