using PaxosShard.Simulator.Moves.Scenarios.Ordered;
using PaxosShard.Simulator.Scenarios;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>The named scenarios of arcs that move, in the order of their numbers.</summary>
internal static class MoveSchedules
{
    /// <summary>The list; <see cref="Schedules"/> has all others.</summary>
    public static IReadOnlyList<NamedScenario> All { get; } =
    [
        new(19, "A mark that has passed a request by another arc goes along with its arc", MarkOfAnotherArc.Run),
        new(19, "Arcs are not served by a piece in whose place another driver's was taken", MarkOfAnotherArc.RunTwoDrivers),
        new(20, "A copy of a request whose session was dropped is over wherever its arc has gone", DroppedSessionOverMoves.Run),
        new(21, "A request that was answered busy runs once where its arc has gone", BusyOverAMove.Run),
        new(29, "What changes behind the place of a copy is copied again, and no late piece replaces it", CopiesGoByPlace.RunChangedBehind),
        new(29, "Another replica of the source goes on from the place of the copy", CopiesGoByPlace.RunOtherReplica),
        new(30, "A source that has not frozen its arcs has no rest to give", RestOfALaggingSource.Run),
        new(31, "What was told in a move that is over does nothing when the arcs have come back", LateServe.Run),
        new(32, "A shard that nobody can reach moves nothing, and its job can be called off", UnreachableNewcomer.Run),
        new(33, "A shard that has left comes back under another number", RemovedShard.Run),
        new(34, "Arcs that were moved by hand are not sent back when a shard joins", MovedByHand.Run),
        new(35, "An arc with a point in its middle goes as a whole", PointInsideAnArc.Run),
        new(36, "A draining that cannot end ends after a second, and holds up nothing else", DrainWithoutEnd.Run),
        new(50, "What has run on an arc is known where the arc goes, and no more than that", RecordsFollowTheirArc.Run),
        new(51, "A move goes on from snapshots at each of its steps", SnapshotsOfMoves.Run),
        new(52, "What is written between two pieces of a copy is neither lost nor doubled", WritesDuringAWalk.RunCopy),
        new(52, "A move goes on at each place of a snapshot that is walked", WritesDuringAWalk.RunSnapshots),
        new(53, "A late copy is below the mark at a destination whose log time was behind", LogTimeOverAMove.RunAcknowledged),
        new(53, "A late copy is over at a destination whose log time was behind", LogTimeOverAMove.RunOver),
        new(54, "A full table takes the sessions that come with arcs and evicts none", FullTableOverAMove.Run),
        new(55, "Who names a request that is over runs without it where their arc has gone", FailedPredecessorOverAMove.RunExpired),
        new(55, "Who names a request of a dropped session runs where their arc has gone", FailedPredecessorOverAMove.RunDropped),
        new(56, "A request that was refused for good is refused where its arc has gone", RefusalOverAMove.Run),
        new(57, "A read at the barrier does not find nothing in an arc that was dropped meanwhile", ReadOfADroppedArc.Run),
        new(61, "A mark is known where an arc goes for as long as a copy below it may run", ExpiryOverAMove.Run),
        new(61, "A session is kept where an arc goes for as long as either group would keep it", ExpiryOverAMove.RunWhereItIsKnown),
        new(62, "A piece of an attempt that was called off is none of the next one", TwoAttempts.Run),
        new(63, "A session ends at the source while its results are on their way", RecordsOnTheWay.RunAtTheSource),
        new(63, "A session ends at the destination before its results are compared", RecordsOnTheWay.RunAtTheDestination),
        new(64, "A request does not name one that was answered and is known nowhere any more", AnsweredElsewhere.Run),
        new(301, "Ordered schedule 1: two orders that cross are one order", CrossedOrders.Run),
        new(301, "Ordered schedule 1: they are over changes of both primaries", CrossedOrders.RunViewChanges),
        new(301, "Ordered schedule 1: and whatever is lost, late or doubled", CrossedOrders.RunSeeds),
        new(303, "Ordered schedule 3: the primary of the predecessor is lost with that in its queue", LostPrimaries.RunBeforeItRan),
        new(303, "Ordered schedule 3: the primary is lost in whose room an operation waits", LostPrimaries.RunWithTheRoom),
        new(304, "Ordered schedule 4: the primary of the predecessor is lost before it has told that it ran", LostPrimaries.RunAfterItRan),
        new(311, "Ordered schedule 11: what groups tell each other comes twice, late and in another order", RepeatedNotes.Run),
        new(312, "Ordered schedule 12: nobody waits for what a client has left behind", AbandonedBurst.Run),
        new(313, "Ordered schedule 13: late copies of what has failed do nothing", CancelledOperations.RunLateCopies),
        new(314, "Ordered schedule 14: what has run when it is called off is done", CancelledOperations.RunRace),
        new(315, "Ordered schedule 15: the arc of the predecessor moves while an operation waits for it", OrderOverMoves.RunPredecessor),
        new(315, "Ordered schedule 15: the arc of an operation that waits moves", OrderOverMoves.RunWaiting),
        new(315, "Ordered schedule 15: both arcs move, each to where the other one was", OrderOverMoves.RunBoth),
        new(316, "Ordered schedule 16: what has run is found where its arc has gone", OrderOverMoves.RunThatHasRun),
        new(316, "Ordered schedule 16: what was cancelled stays so where its arc has gone", OrderOverMoves.RunCancelled),
        new(317, "Ordered schedule 17: what was cancelled stays so in snapshots", CancelledOperations.RunOverSnapshots),
        new(320, "Ordered schedule 20: all groups are started again between two operations", LostPrimaries.RunEverywhere),
        new(321, "The result of a predecessor is kept for as long as an operation waits for it", KeptPredecessor.Run),
    ];
}
