using System.Text;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Roles;

/// <summary>
/// The whole effects of a step, one line each, in the order in which they are carried out: what leaves now, what is made durable, what leaves
/// after that, what clients are told, and what was decided. Entries are named by the texts of their commands.
/// </summary>
internal static class EffectsText
{
    /// <summary>A replica that goes on from what its disk remembers.</summary>
    public static ReplicaCore NewReplica(int self, RecoveredState? recovered = null, int replicaCount = 3) =>
        new(new GroupOptions { ReplicaCount = replicaCount, Self = new ReplicaId(self) }, recovered ?? RecoveredState.Fresh, new ShardMachine());

    /// <summary>An entry with one command.</summary>
    public static Entry Named(string name)
    {
        EntryBuilder builder = new(Limits.Entry, Limits.CommandsPerEntry);
        builder.TryAdd(new ClientRequest(new SessionId(9), new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, Encoding.UTF8.GetBytes(name)));
        return builder.Build(new(default, 1, 1));
    }

    /// <summary>A vote as the disk remembers it.</summary>
    public static AcceptedEntry Vote(long slot, long view, string name) => new(new Slot(slot), new View(view), Named(name));

    /// <summary>A message of another replica.</summary>
    public static Input From(int replica, Message message) => Input.FromPeer(new ReplicaId(replica), message);

    /// <summary>The lines.</summary>
    public static string[] Of(Effects effects) =>
    [
        .. effects.MessagesNow.Select(outgoing => $"now {outgoing.To}: {Text(outgoing.Message)}"),
        .. effects.Records.Select(record => $"record: {Text(record)}"),
        .. effects.MessagesAfterSync.Select(outgoing => $"then {outgoing.To}: {Text(outgoing.Message)}"),
        .. effects.Replies.Select(reply => $"reply {reply.Client}: {Text(reply.Message)}"),
        .. effects.Decisions.Select(decision => $"decided {decision.Slot}: {Name(decision.Entry)}"),
        .. effects.Halt is { } reason ? [$"halt: {reason}"] : Array.Empty<string>(),
    ];

    /// <summary>The name of an entry.</summary>
    public static string Name(Entry entry)
    {
        if (entry.IsNoOp)
            return "no-op";
        List<string> names = [];
        foreach (EntryCommand command in entry.Commands)
            names.Add(Encoding.UTF8.GetString(command.Command.Span));
        return string.Join('+', names);
    }

    private static string Text(Record record) => record.Kind switch
    {
        RecordKind.Views => record.Owned == View.None ? $"promised {record.View}" : $"promised {record.View}, owned {record.Owned}",
        RecordKind.Accepted => $"accepted {Name(record.Entry!)} in {record.Slot} of {record.View}",
        RecordKind.Learned => $"learned {Name(record.Entry!)} in {record.Slot}",
        _ => $"closed the open end through {record.Slot} in {record.View}",
    };

    private static string Text(in ClientReply reply) =>
        $"{reply.Status} to {reply.Sequence} of session {reply.Session.Number} in {reply.View}{(reply.Payload.IsEmpty ? "" : $": {Content(reply.Payload.Span)}")}";

    private static string Text(Message message) => message switch
    {
        LeaderClaim claim => $"LeaderClaim {claim.View} above {claim.Decided}",
        LeaderPromise promise => Text(promise),
        Proposal proposal => $"Proposal {Name(proposal.Entry)} in {proposal.Slot} of {proposal.View}, decided {proposal.Decided}",
        Accepted accepted => $"Accepted {accepted.View} through {accepted.Slot}{(accepted.IsAboveHole ? ", above a hole" : "")}",
        Refusal refusal => $"Refusal, promised {refusal.Promised}",
        Heartbeat beat => Text(beat),
        HeartbeatAnswer answer =>
            $"HeartbeatAnswer {answer.View} through {answer.AcceptedThrough}, decided {answer.Decided}{State(answer.HashSlot, answer.StateHash)}, nonce {answer.Nonce}",
        LeaveView leave => $"LeaveView {leave.View}",
        CatchUpRequest request => $"CatchUpRequest {request.First} to {request.Last}",
        CatchUpEntries entries => $"CatchUpEntries from {entries.First}{string.Concat(entries.Entries.Select(entry => $", {Name(entry)}"))}, decided {entries.Decided}",
        SnapshotRequest request => $"SnapshotRequest {request.Mark} piece {request.Number}",
        SnapshotPiece piece => $"SnapshotPiece {piece.Mark} {piece.Number} of {piece.Count}",
        _ => throw new ArgumentException($"no text for a {message.Kind}", nameof(message)),
    };

    private static string Text(LeaderPromise promise) =>
        $"LeaderPromise {promise.View} of {promise.First} to {promise.Last}{(promise.IsFinal ? "" : " and more")}, decided {promise.Decided}{State(promise.HashSlot, promise.StateHash)}"
        + string.Concat(promise.Entries.Select(vote => $", {Name(vote.Entry)} in {vote.Slot} of {vote.View}"))
        + string.Concat(promise.Known.Select(known => $", {Name(known.Entry)} in {known.Slot} known"))
        + string.Concat(promise.Faulty.Select(slot => $", {slot} lost"))
        + (promise.FaultyFrom == Slot.Zero ? "" : $", lost from {promise.FaultyFrom} on");

    private static string Text(Heartbeat beat) =>
        $"Heartbeat {beat.View}, decided {beat.Decided}{State(beat.AgreedSlot, beat.AgreedHash)}, own no-op {beat.OwnNoOp}, nonce {beat.Nonce}{(beat.HearsQuorum ? "" : ", no quorum")}";

    /// <summary>A state, as far as it matters to tell two of them apart; nothing before the first slot.</summary>
    private static string State(Slot slot, ulong hash) => slot == Slot.Zero ? "" : $", state {hash & 0xFFFF:x4} of {slot}";

    /// <summary>What is text is told as it is, other results by their bytes.</summary>
    private static string Content(ReadOnlySpan<byte> payload) =>
        payload.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Convert.ToHexString(payload) : Encoding.UTF8.GetString(payload);
}
