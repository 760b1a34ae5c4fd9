using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Simulator.Disk;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>Plays the acceptors of the groups of a directory, one or several, on the store that they share, at random, with restarts and power failures.</summary>
/// <param name="disk">Where a directory was created.</param>
/// <param name="options">Sizes.</param>
/// <param name="random">Draws.</param>
internal sealed partial class StoreDriver(SimulatedDisk disk, StoreOptions options, Func<ulong> random)
{
    private ReplicaStore? _store;
    private LogBatch[]? _unfinished;

    /// <summary>The groups, ascending, each with its model; there are none before the first opening.</summary>
    public IReadOnlyList<DrivenGroup> Groups { get; private set; } = [];

    public ReplicaStore Store => _store!;

    /// <summary>How many changing operations of the disk an opening makes now, found out on a copy of the disk.</summary>
    public long MeasureOpening()
    {
        SimulatedDisk copy = disk.Clone();
        long before = copy.Operations;
        ReplicaStore.Open(copy.OpenDirectory(), options, Guid.NewGuid()).Dispose();
        return copy.Operations - before;
    }

    /// <summary>An opening that ends at one of its disk operations, counted from 1; the disk is to be crashed or restarted after it.</summary>
    /// <returns>The opening came to that operation; if not, it was done before.</returns>
    public bool BreakOpening(long operation)
    {
        disk.CrashAtOperation = disk.Operations + operation;
        try
        {
            ReplicaStore.Open(disk.OpenDirectory(), options, Guid.NewGuid()).Dispose();
            return false;
        }
        catch (SimulatedPowerFailureException)
        {
            return true;
        }
    }

    /// <summary>A power failure at one of the disk operations of an opening, or after it when it has fewer.</summary>
    /// <returns>The opening came to that operation.</returns>
    public bool FailOpening(long operation)
    {
        bool hit = BreakOpening(operation);
        disk.Crash(random);
        return hit;
    }

    /// <summary>Opens the store, through any number of power failures at the given disk operations of the opening.</summary>
    public void Open(params long[] crashes)
    {
        foreach (long crash in crashes)
            FailOpening(crash);

        _store = ReplicaStore.Open(disk.OpenDirectory(), options, Guid.NewGuid());
        _unfinished = null;
        if (Groups.Count == 0)
            Groups = [.. _store.Groups.Select(_ => new DrivenGroup(random))];
        for (int group = 0; group < Groups.Count; group++)
            Groups[group].Open(_store.Groups[group]);
    }

    /// <summary>Appends, syncs or certifies something.</summary>
    public void Step()
    {
        switch (random() % 8)
        {
            case 0:
                Sync();
                break;
            case 1:
                Certify();
                break;
            case 2:
                _store!.Prepare();
                break;
            case 3:
                ChangeView();
                break;
            default:
                AppendRecords();
                break;
        }
    }

    public void Sync()
    {
        _store!.Sync();
        for (int group = 0; group < Groups.Count; group++)
            Groups[group].OnSynced(_store.DurableThrough(group), _unfinished?[group], _unfinished is not null && IsNoted(_unfinished));
    }

    public void Certify()
    {
        if (_store!.NeedsCertification)
            NoteDecided();
    }

    /// <summary>Notes what is decided, also when nothing else is to be certified.</summary>
    public void NoteDecided() => _store!.Certify([.. Groups.Select(static group => group.Note())]);

    /// <summary>Makes the last append again that met a full disk, unless a restart has made it void.</summary>
    public void Retry()
    {
        if (_unfinished is not { } batches)
            return;
        _store!.Append(batches);
        for (int group = 0; group < batches.Length; group++)
            Groups[group].OnAppended(batches[group]);
        _unfinished = null;
    }

    private static bool IsNoted(LogBatch[] batches) => Array.Exists(batches, static batch => batch.Records.Exists(static record => record.Kind != RecordKind.Views));

    private DrivenGroup AnyGroup() => Groups.Count == 1 ? Groups[0] : Groups[(int)(random() % (ulong)Groups.Count)];

    private void ChangeView()
    {
        DrivenGroup changed = AnyGroup();
        Append([.. Groups.Select(group => group == changed ? [group.ChangeView()] : random() % 2 == 0 ? group.NextRecords() : [])]);
    }

    private void AppendRecords()
    {
        DrivenGroup least = AnyGroup();
        Append([.. Groups.Select(group => group == least || random() % 2 == 0 ? group.NextRecords() : [])]);
    }

    private void Append(Record[][] records)
    {
        // What the disk will have of it when the power fails meanwhile is unknown: so it counts as appended before.
        _unfinished = [.. Groups.Select((group, index) => group.ToBatch(records[index]))];
        bool isNoted = IsNoted(_unfinished);
        for (int group = 0; group < records.Length; group++)
            Groups[group].Model.OnAppend(records[group], _unfinished[group].Decided.Number, isNoted);
        Retry();
    }
}
