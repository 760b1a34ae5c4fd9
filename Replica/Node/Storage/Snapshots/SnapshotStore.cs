using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage.Posix;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Node.Storage.Snapshots;

/// <summary>
/// The snapshots of a group in a data directory (FORMAT.md): the durable one, the one before it as long as it is open, and one that is being written. Used by one
/// thread at a time, which need not be that of the log, nor that of another group's: they share the directory, and no file of it.
/// </summary>
public sealed class SnapshotStore : ISnapshotStore, IDisposable
{
    private readonly StorageDirectory _directory;
    private readonly GroupFiles _names;
    private readonly ReplicaIdentity _identity;
    private readonly int _returnBytes;
    private SnapshotFile? _durable;
    private SnapshotFile? _before;
    private ShrinkingFile? _spaceOfBefore;
    private ShrinkingFile? _leaving;
    private SnapshotDraft? _draft;
    private long _newestSlot;
    private bool _failed;

    /// <summary>The snapshots of an open directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="names">The files of its group.</param>
    /// <param name="identity">Whose it is, with the incarnation of this start.</param>
    /// <param name="durable">The snapshot that is there; null for none.</param>
    /// <param name="returnBytes">Bytes of one that is needed no more that are given back at a time.</param>
    internal SnapshotStore(StorageDirectory directory, GroupFiles names, ReplicaIdentity identity, SnapshotFile? durable, int returnBytes)
    {
        _directory = directory;
        _names = names;
        _identity = identity;
        _durable = durable;
        _returnBytes = returnBytes;
        _newestSlot = Newest.Slot.Number;
    }

    /// <inheritdoc/>
    public SnapshotMark Newest => _durable?.Mark ?? SnapshotMark.None;

    /// <summary>The slot of the durable snapshot, 0 when there is none; for any thread. What rests on a snapshot finds at least its slot here.</summary>
    internal long NewestSlot => Volatile.Read(ref _newestSlot);

    /// <inheritdoc/>
    public bool HasLeavingSpace => _leaving is not null;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">The slot is below that of the durable one: between such a snapshot and the log slots would be missing.</exception>
    public void Begin(Slot slot)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slot.Number, Math.Max(1, Newest.Slot.Number), nameof(slot));
        Guarded(() =>
        {
            _draft?.Dispose();
            _draft = null;
            bool isThere = _directory.List().Contains(_names.NewSnapshot, StringComparer.Ordinal);
            StorageFile file = isThere ? _directory.Open(_names.NewSnapshot) : _directory.Create(_names.NewSnapshot);
            _draft = new SnapshotDraft(file, _identity, slot);
            _draft.Begin();
        });
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The piece is empty, or longer than a message may carry.</exception>
    public void Append(ReadOnlySpan<byte> piece)
    {
        if (piece.Length is < 1 or > Limits.SnapshotPiece)
            throw new ArgumentException($"a piece has 1 to {Limits.SnapshotPiece} bytes, not {piece.Length}", nameof(piece));
        ThrowIfFailed();
        try
        {
            Draft().Append(piece);
        }
        catch (StorageFailedException)
        {
            _failed = true;
            throw;
        }
        catch (DiskFullException)
        {
            GiveBack();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Sync() => Guarded(() => _draft?.Sync());

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The mark is not that of what was written.</exception>
    public void Publish(SnapshotMark mark)
    {
        if (Draft().Mark != mark)
            throw new ArgumentException($"the pieces are those of the {Draft().Mark}, not of the {mark}", nameof(mark));
        Guarded(() =>
        {
            SnapshotContent content = Draft().Finish();
            ShrinkingFile? space = SpaceOfDurable();
            _directory.Rename(_names.NewSnapshot, _names.Snapshot);
            _directory.SyncDirectory();
            Draft().Dispose();
            _draft = null;
            ForgetBefore();
            _before = _durable;
            _spaceOfBefore = space;
            StorageFile file = _directory.Open(_names.Snapshot, readOnly: true);
            file.TransferDirectly();
            _durable = new SnapshotFile(file, _identity, content);

            // Before anybody is told: what the log notes from then on may rest on it, and has to say so.
            Volatile.Write(ref _newestSlot, mark.Slot.Number);
        });
    }

    /// <inheritdoc/>
    public void Drop() => Guarded(() =>
    {
        if (_draft is null)
            return;
        _draft.Dispose();
        _draft = null;
        _directory.Delete(_names.NewSnapshot);
    });

    /// <inheritdoc/>
    public void GiveBack()
    {
        ForgetBefore();
        _leaving?.Dispose();
        _leaving = null;
    }

    /// <inheritdoc/>
    public void ShrinkLeaving() => Guarded(() =>
    {
        if (_leaving?.TryShrink() != false)
            return;
        _leaving.Dispose();
        _leaving = null;
    });

    /// <inheritdoc/>
    public SnapshotPiece? Read(SnapshotMark mark, long number)
    {
        if (_durable is null)
            return null;
        SnapshotFile file = _before is { } before && before.Mark == mark ? before : _durable;
        bool isThere = file.Mark == mark && number >= 0 && number < file.Count;
        SnapshotPiece? piece = isThere ? Read(file, (int)number) : null;

        // The snapshot before may have rotted: the replica that takes it begins anew with the durable one.
        return piece is null && !(isThere && file == _durable) ? Read(_durable, 0) : piece;
    }

    /// <summary>Closes the files. What is unfinished stays where it is, and is deleted by the next opening.</summary>
    public void Dispose()
    {
        _draft?.Dispose();
        GiveBack();
        _durable?.Dispose();
    }

    private SnapshotPiece? Read(SnapshotFile file, int number)
    {
        SnapshotPiece? piece = null;
        Guarded(() => piece = file.TryRead(number) is { } bytes ? new SnapshotPiece(file.Mark, number, file.Count, bytes) : null);
        return piece;
    }

    private SnapshotDraft Draft() => _draft ?? throw new InvalidOperationException("no snapshot was begun");

    /// <summary>The durable one has lost its name when its space is to be given back, so its file is opened for that while it has one; null when somebody has removed it.</summary>
    private ShrinkingFile? SpaceOfDurable()
    {
        try
        {
            return _durable is null ? null : new ShrinkingFile(_directory.Open(_names.Snapshot), _returnBytes);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Nobody can read it any more; its space is given back from now on, what is left of the one before that at once.</summary>
    private void ForgetBefore()
    {
        _before?.Dispose();
        _before = null;
        if (_spaceOfBefore is null)
            return;
        _leaving?.Dispose();
        _leaving = _spaceOfBefore;
        _spaceOfBefore = null;
    }

    private void Guarded(Action action)
    {
        ThrowIfFailed();
        try
        {
            action();
        }
        catch (StorageFailedException)
        {
            _failed = true;
            throw;
        }
        catch (DiskFullException)
        {
            // The snapshot before the durable one takes up space although it has no name: the next attempt shall have it.
            GiveBack();
            throw;
        }
    }

    private void ThrowIfFailed()
    {
        if (_failed)
            throw new StorageFailedException("the snapshots failed before and are not usable any more");
    }
}
