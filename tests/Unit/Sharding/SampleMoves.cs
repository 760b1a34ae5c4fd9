using System.Text;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Sharding;

/// <summary>What groups and masters say of moves, for tests.</summary>
internal static class SampleMoves
{
    /// <summary>What a group says of itself.</summary>
    public static MovesResult Own(long revision, long configuration, long lastJob, IncomingMoveState[]? incoming = null, OutgoingMoveState[]? outgoing = null) =>
        new(DrivenShard.Group, revision, configuration, Hash: 0, lastJob, incoming ?? [], outgoing ?? []);

    /// <summary>Arcs that come to a group.</summary>
    public static IncomingMoveState Comes(long job, GroupId source, CopyState state, long pieces = 0, string cursor = "", bool isEnded = false) =>
        new(job, source, AddressesOf(source), Arcs: 2, state, isEnded, pieces, Bytes: 0, Bytes(cursor));

    /// <summary>Arcs that go from a group.</summary>
    public static OutgoingMoveState Goes(long job, GroupId destination, GiveState state) => new(job, destination, AddressesOf(destination), Arcs: 2, state);

    /// <summary>Where a group listens.</summary>
    public static string[] AddressesOf(GroupId group) => [$"shard-{group.Number}-0:7000"];

    /// <summary>The masters' news while a job is under way.</summary>
    public static WatchJobResult UnderWay(long job, JobStep step, long configuration, ArcTransfer[] transfers, params GroupId[] reported) => new(
        (8 * job) + (byte)step,
        step == JobStep.Committed ? configuration + 1 : configuration,
        new JobUnderWay(job, JobKind.MoveArcs, step, configuration, transfers, reported));

    /// <summary>The masters' news when no job is under way.</summary>
    public static WatchJobResult AllEnded(long lastJob, long latest) => new(8 * (lastJob + 1), latest, UnderWay: null);

    /// <summary>Two arcs that go from one group to another.</summary>
    public static ArcTransfer Transfer(GroupId from, GroupId to) => new(from, to, [(10 * from.Number) + to.Number, (10 * from.Number) + to.Number + 100]);

    /// <summary>What a source answers.</summary>
    public static CopyArcsResult Copied(string cursor, string piece, bool isWalkOver = false, long left = 1000) =>
        new(Bytes(cursor), Bytes(piece), IsFrozen: false, isWalkOver, left, IsComplete: false, LogTime: 0, ArcsHash: 0, ResultsHash: 0);

    /// <summary>The last answer of a source.</summary>
    public static CopyArcsResult Complete(string cursor, string piece) =>
        new(Bytes(cursor), Bytes(piece), IsFrozen: true, IsWalkOver: true, Left: 0, IsComplete: true, LogTime: 77, ArcsHash: 11, ResultsHash: 22);

    /// <summary>Bytes for a text.</summary>
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
