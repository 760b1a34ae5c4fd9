using System.Runtime.InteropServices;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Steps;

/// <summary>
/// What one step wants done. The order is in the type (rule 1): <see cref="MessagesNow"/> may leave at once;
/// <see cref="Records"/> are appended and synced; <see cref="MessagesAfterSync"/> leave only when every record up to
/// <see cref="RecordsThrough"/> is on the disk. Replies rest on decided slots, so they may leave at once.
/// The lists belong to the core and are valid until its next step.
/// </summary>
public sealed class Effects
{
    /// <summary>Messages that rest on nothing unsynced.</summary>
    public List<Outgoing> MessagesNow { get; } = [];

    /// <summary>What has to be made durable, in this order.</summary>
    public List<Record> Records { get; } = [];

    /// <summary>Number of the last record ever handed out, this step's included; records are numbered from 1 in the order of the lists.</summary>
    public RecordNumber RecordsThrough { get; internal set; }

    /// <summary>The decided slot to note in the log, lazily, with the next records.</summary>
    public Slot Decided { get; internal set; }

    /// <summary>
    /// Pieces of a snapshot to be written, in this order. They go to a file beside the snapshot that there is, which counts until the new one is durable.
    /// </summary>
    public List<PieceToWrite> PiecesToWrite { get; } = [];

    /// <summary>Pieces of the durable snapshot to be read and sent.</summary>
    public List<PieceToSend> PiecesToSend { get; } = [];

    /// <summary>Every slot up to this one is in a durable snapshot: the log on the disk need not keep it.</summary>
    public Slot InSnapshot { get; internal set; }

    /// <summary>Messages that rest on all records up to <see cref="RecordsThrough"/>.</summary>
    public List<Outgoing> MessagesAfterSync { get; } = [];

    /// <summary>Replies to clients.</summary>
    public List<Reply> Replies { get; } = [];

    /// <summary>Questions to other groups (ordered rule M2). They rest on nothing, and may be lost.</summary>
    public List<GroupQuestion> Questions { get; } = [];

    /// <summary>What other groups are told that have asked (ordered rule M3). It rests on decided slots, and may be lost.</summary>
    public List<GroupAnswer> Answers { get; } = [];

    /// <summary>Slots that were executed in this step, ascending.</summary>
    public List<Decision> Decisions { get; } = [];

    /// <summary>An invariant is broken, or this replica's state differs from what a quorum agrees on: stop for good (rule 12). Null while all is well.</summary>
    public string? Halt { get; internal set; }

    /// <summary>Every reply tells log time.</summary>
    internal void StampReplies(long logTime)
    {
        foreach (ref Reply reply in CollectionsMarshal.AsSpan(Replies))
            reply = reply with { Message = reply.Message with { LogTime = logTime } };
    }

    internal void Clear()
    {
        MessagesNow.Clear();
        Records.Clear();
        PiecesToWrite.Clear();
        PiecesToSend.Clear();
        MessagesAfterSync.Clear();
        Replies.Clear();
        Questions.Clear();
        Answers.Clear();
        Decisions.Clear();
    }
}

/// <summary>A message and the replica it goes to.</summary>
/// <param name="To">The receiver; never the sender itself.</param>
/// <param name="Message">The message.</param>
public readonly record struct Outgoing(ReplicaId To, Message Message);

/// <summary>A piece of a snapshot that is to be written.</summary>
/// <param name="Slot">The slot of the snapshot.</param>
/// <param name="Number">Which piece, from 0; the first one begins a new file, in the place of an unfinished one.</param>
/// <param name="Bytes">The piece, at most <see cref="Wire.Limits.SnapshotPiece"/> bytes; nobody writes to it before the disk has reported it written.</param>
/// <param name="Mark">With the last piece, the mark of the whole snapshot: it is made durable and takes the place of the one before. Otherwise null.</param>
public readonly record struct PieceToWrite(Slot Slot, long Number, ReadOnlyMemory<byte> Bytes, SnapshotMark? Mark);

/// <summary>A piece of a durable snapshot that another replica wants.</summary>
/// <param name="To">That replica.</param>
/// <param name="Mark">The snapshot. When it is not there any more, the first piece of the newest one is sent instead.</param>
/// <param name="Number">Which piece, from 0.</param>
public readonly record struct PieceToSend(ReplicaId To, SnapshotMark Mark, long Number);

/// <summary>A reply and the client connection it goes to.</summary>
/// <param name="Client">The receiver.</param>
/// <param name="Message">The reply.</param>
public readonly record struct Reply(ClientHandle Client, ClientReply Message);

/// <summary>A question to whoever leads another group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Addresses">Where its replicas listen; at least one.</param>
/// <param name="Note">The question.</param>
public readonly record struct GroupQuestion(GroupId Group, IReadOnlyList<string> Addresses, GroupNote Note);

/// <summary>What another group is told.</summary>
/// <param name="Asker">The connection on which it has asked.</param>
/// <param name="Note">The answer.</param>
public readonly record struct GroupAnswer(ClientHandle Asker, GroupNote Note);

/// <summary>A slot that was executed, with the rolling state hash after it.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Entry">Its decided value.</param>
/// <param name="StateHash">The hash after it.</param>
public readonly record struct Decision(Slot Slot, Entry Entry, ulong StateHash);
