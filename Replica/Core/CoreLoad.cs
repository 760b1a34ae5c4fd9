using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Requests;
using PaxosShard.Replica.Core.Roles;

namespace PaxosShard.Replica.Core;

/// <summary>
/// What a core holds because something is under way, as it is now, for statistics and checkers. What it holds is bounded by options of
/// the group, and votes that wait for the disk by the driver; <see cref="SlotsToFetch"/> and <see cref="SnapshotPieces"/>, which count what is
/// still to be fetched, have no bound. All numbers are 0 in a group in which nothing is asked, nothing waits and every replica has caught up.
/// </summary>
public sealed record CoreLoad
{
    /// <summary>Nothing is under way.</summary>
    public static CoreLoad None { get; } = new();

    /// <summary>Requests that wait to be proposed; at most <see cref="GroupOptions.WaitingRequests"/>.</summary>
    public int WaitingRequests { get; init; }

    /// <summary>Bytes of their commands; see <see cref="GroupOptions.WaitingBytes"/>.</summary>
    public long WaitingBytes { get; init; }

    /// <summary>Requests that were proposed in this view and are not executed yet.</summary>
    public int ProposedRequests { get; init; }

    /// <summary>Slots that were proposed in this view and are not decided yet.</summary>
    public long UndecidedSlots { get; init; }

    /// <summary>Bytes of the entries in them; see <see cref="GroupOptions.UndecidedBytes"/>.</summary>
    public long UndecidedBytes { get; init; }

    /// <summary>Per replica: bytes of entries that were sent to it and are not acknowledged; 0 for this one.</summary>
    public IReadOnlyList<long> BytesInFlight { get; init; } = [];

    /// <summary>Reads that wait for a round of echoes; with <see cref="ParkedReads"/> each at most <see cref="GroupOptions.WaitingReads"/>.</summary>
    public int WaitingReads { get; init; }

    /// <summary>Reads that wait for something to happen.</summary>
    public int ParkedReads { get; init; }

    /// <summary>Topics and clients that have a list of such reads.</summary>
    public int ParkedLists { get; init; }

    /// <summary>Operations of ordered sessions that wait for their predecessors, commands for whose results somebody waits although they have their place, and questions of other groups; see <see cref="Ordered.WaitingRoom"/> and <see cref="Ordered.Askers"/> for their bounds.</summary>
    public int WaitingOrdered { get; init; }

    /// <summary>Accepted entries that are not durable yet.</summary>
    public int UnsyncedVotes { get; init; }

    /// <summary>Slots that this replica has heard are decided and has not decided itself.</summary>
    public long SlotsToFetch { get; init; }

    /// <summary>Pieces of a snapshot that are not made, asked for or written yet.</summary>
    public long SnapshotPieces { get; init; }

    /// <summary>What the parts of a core hold.</summary>
    internal static CoreLoad Of(Acceptor acceptor, CatchUp catchUp, Primary? primary, WaitTable waits, long snapshotPieces) => new()
    {
        WaitingRequests = primary?.Requests.WaitingCount ?? 0,
        WaitingBytes = primary?.Requests.WaitingBytes ?? 0,
        ProposedRequests = primary?.Requests.ProposedCount ?? 0,
        UndecidedSlots = primary is null ? 0 : primary.LastProposed - acceptor.Log.Decided,
        UndecidedBytes = primary?.UndecidedBytes ?? 0,
        BytesInFlight = primary?.BytesInFlight ?? [],
        WaitingReads = primary?.Requests.ReadCount ?? 0,
        ParkedReads = waits.Count,
        ParkedLists = waits.ListCount,
        WaitingOrdered = primary is null ? 0 : primary.Requests.Ordered.Waiting + primary.Requests.QueuedCount,
        UnsyncedVotes = acceptor.UnsyncedVotes,
        SlotsToFetch = Math.Max(0, catchUp.Target - acceptor.Log.Decided),
        SnapshotPieces = snapshotPieces,
    };

    /// <inheritdoc/>
    public override string ToString() =>
        $"requests {WaitingRequests} ({WaitingBytes} bytes), proposed {ProposedRequests}, undecided {UndecidedSlots} ({UndecidedBytes} bytes), " +
        $"in flight {string.Join('/', BytesInFlight)} bytes, reads {WaitingReads}, parked {ParkedReads} in {ParkedLists} lists, ordered {WaitingOrdered}, " +
        $"unsynced {UnsyncedVotes}, to fetch {SlotsToFetch} slots and {SnapshotPieces} pieces";
}
