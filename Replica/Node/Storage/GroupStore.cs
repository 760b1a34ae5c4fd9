using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Storage.Log;
using PaxosShard.Replica.Node.Storage.Snapshots;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Replica.Node.Storage;

/// <summary>
/// What a group has for itself in a <see cref="ReplicaStore"/>: its identity with the view record and what is remembered of peers, and its snapshots. Its records are in the log, which all groups
/// of the directory share.
/// </summary>
public sealed class GroupStore
{
    private readonly IdentityFile? _identityFile;
    private Record? _pendingView;

    internal GroupStore(OpenedGroup opened)
    {
        _identityFile = opened.IdentityFile;
        Identity = opened.Identity;
        Recovered = opened.State;
        Snapshots = opened.Snapshots!;
        IsSnapshotRotten = opened.IsSnapshotRotten;
    }

    /// <summary>Who the directory belongs to in this group, with the incarnation of this start and what is remembered of the peers.</summary>
    public ReplicaIdentity Identity { get; private set; }

    /// <summary>What the disk remembered when it was opened, all of it durable; nothing after <see cref="ForgetRecovered"/>.</summary>
    public RecoveredState Recovered { get; private set; }

    /// <summary>The snapshots of the group. They may be used by another thread than the store.</summary>
    public SnapshotStore Snapshots { get; }

    /// <summary>There was a snapshot when it was opened, and it could not be read as it was written: it counts as none.</summary>
    public bool IsSnapshotRotten { get; }

    /// <summary>Number of the last record that is durable.</summary>
    public RecordNumber DurableThrough { get; private set; }

    /// <summary>Number of the last record that was appended.</summary>
    internal RecordNumber AppendedThrough { get; private set; }

    /// <summary>A view record waits for the next sync.</summary>
    internal bool HasPendingView => _pendingView is not null;

    /// <summary>The other copy of the identity file is older or bad.</summary>
    internal bool NeedsSecondCopy => _identityFile?.NeedsSecondCopy == true;

    /// <summary>Syncs of the identity file since the start.</summary>
    internal long SyncCount => _identityFile?.SyncCount ?? 0;

    /// <summary>Whoever goes on from what was remembered has it: here the entries would stay in memory for as long as the store is open, snapshots or not.</summary>
    public void ForgetRecovered() => Recovered = RecoveredState.Fresh;

    /// <summary>Checks records before anything of them is written.</summary>
    /// <returns>The last view record among them; null for none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Their number is below that of an earlier append.</exception>
    /// <exception cref="ArgumentException">A view record while the view record is lost.</exception>
    internal Record? Check(LogBatch batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch.RecordsThrough, AppendedThrough, nameof(batch));
        int index = batch.Records.FindLastIndex(static record => record.Kind == RecordKind.Views);
        if (index >= 0 && _identityFile is null)
            throw new ArgumentException("the view record is lost: this replica may not promise anything", nameof(batch));
        return index < 0 ? null : batch.Records[index];
    }

    /// <summary>The records of the group were written.</summary>
    internal void OnAppended(LogBatch batch, Record? view)
    {
        _pendingView = view ?? _pendingView;
        AppendedThrough = batch.RecordsThrough;
    }

    /// <summary>Makes the view record durable that waits; the log follows.</summary>
    internal void SyncView(LogPosition certified)
    {
        if (_pendingView is not { } view)
            return;
        _identityFile!.Write(_identityFile.Record with { Promised = view.View, Owned = view.Owned, Certified = certified });
        _pendingView = null;
    }

    /// <summary>Everything that was appended is durable.</summary>
    internal void OnSynced() => DurableThrough = AppendedThrough;

    /// <summary>Writes the other copy of the identity file too, if it is behind.</summary>
    internal void WriteSecondCopy() => _identityFile?.WriteSecondCopy();

    /// <summary>Notes, durably, what is to be remembered of a peer. A replica without a view record never votes and remembers nothing.</summary>
    internal void RememberPeer(ReplicaId peer, PeerMemory memory, LogPosition certified)
    {
        if (peer.Index < 0 || peer.Index >= Identity.ReplicaCount)
            throw new ArgumentException($"{peer} is not in a group of {Identity.ReplicaCount}", nameof(peer));
        Write(Identity.WithPeer(peer, memory), certified);
    }

    /// <summary>Notes, durably, what was heard from peers.</summary>
    internal void RememberHeard(IReadOnlyList<HeardMark> heard, LogPosition certified)
    {
        ReplicaIdentity changed = Identity;
        foreach (HeardMark mark in heard)
        {
            PeerMemory memory = changed.Peer(mark.Peer);
            if (memory.Start == mark.Start)
                changed = changed.WithPeer(mark.Peer, memory.Heard(mark.Promised, mark.Voted));
        }

        if (!ReferenceEquals(changed, Identity))
            Write(changed, certified);
    }

    /// <summary>Closes its files.</summary>
    internal void Close()
    {
        Snapshots.Dispose();
        _identityFile?.Dispose();
    }

    private void Write(ReplicaIdentity changed, LogPosition certified)
    {
        _identityFile?.Write(_identityFile.Record with { Identity = changed, Certified = certified });
        Identity = changed;
    }
}
