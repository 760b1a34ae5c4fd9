using System.Buffers;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Moves.Groups;

/// <summary>
/// A replica of a group that begins with a snapshot. It gets that piece by piece while the group goes on, and then what the group has executed since: it has to come to the same state.
/// </summary>
/// <param name="state">The state of the group, which goes on.</param>
/// <param name="options">The bounds of the group.</param>
internal sealed class GroupFollower(ReplicatedState state, GroupOptions options)
{
    private readonly StateExport _export = new(state);
    private readonly StateImport _import = new(options, state.Machine.CreateEmpty());
    private readonly List<(Slot Slot, Entry Entry)> _entries = [];
    private readonly ArrayBufferWriter<byte> _piece = new();

    /// <summary>It has the whole snapshot.</summary>
    public bool IsComplete => _import.IsComplete;

    /// <summary>Something was executed since it began.</summary>
    public bool HasMissedSomething => _entries.Count > 0;

    /// <summary>The group has executed an entry.</summary>
    public void Note(Slot slot, Entry entry) => _entries.Add((slot, entry));

    /// <summary>Takes the next piece of the snapshot.</summary>
    /// <param name="wantedBytes">How long it is, about.</param>
    public void TakePiece(int wantedBytes)
    {
        _piece.ResetWrittenCount();
        if (_export.TryNext(_piece, wantedBytes, out _))
            _import.Add(_piece.WrittenSpan);
    }

    /// <summary>Executes what it has missed.</summary>
    /// <returns>Its state.</returns>
    public ReplicatedState CatchUp()
    {
        foreach ((Slot slot, Entry entry) in _entries)
            _import.State.Execute(slot, entry, []);
        return _import.State;
    }

    /// <summary>Gives it up; the group keeps nothing for it any more.</summary>
    public void Cancel()
    {
        while (!_export.IsOver)
            _export.Cancel();
    }
}
