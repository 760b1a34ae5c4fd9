using PaxosShard.Simulator.Scenarios.Consensus;
using PaxosShard.Simulator.Scenarios.Directories;
using PaxosShard.Simulator.Scenarios.Disk;
using PaxosShard.Simulator.Scenarios.Follows;
using PaxosShard.Simulator.Scenarios.Hashes;
using PaxosShard.Simulator.Scenarios.Reads;
using PaxosShard.Simulator.Scenarios.Sessions;
using PaxosShard.Simulator.Scenarios.Views;

namespace PaxosShard.Simulator.Scenarios;

/// <summary>All named scenarios, in the order of their numbers.</summary>
public static class Schedules
{
    /// <summary>The list; each scenario stands in a file of its own.</summary>
    public static IReadOnlyList<NamedScenario> All { get; } =
    [
        new(1, "A decided slot of a newer view does not decide an old entry", DecidedOverAnOldEntry.Run),
        new(2, "A candidate does not count its own promise before its sync", UnsyncedPromise.Run),
        new(3, "View 0 is not used before its record is on the disk", FirstViewWithoutRecord.Run),
        new(4, "A vote never names the end of the log", VoteForTheEndOfTheLog.Run),
        new(5, "A learned entry is not taken for a vote of a lower view", LearnedEntryIsNoLowerVote.Run),
        new(6, "A restarted primary does not go on in its own view", RestartInItsOwnView.Run),
        new(7, "Phase 1 finds what was accepted in every slot", PromiseForAllSlots.Run),
        new(8, "An older entry is not taken for one that rotted", RotHidesAnEntry.Run),
        new(9, "An F counts only with its last part", PromiseInParts.Run),
        new(10, "Frames that arrive twice are one vote", EveryFrameTwice.Run),
        new(11, "Replicas that want to leave different views meet", MixedViewsMeet.Run),
        new(12, "A restarted primary wants to leave its own view", SuspectsItself.Run),
        new(13, "A replica stranded above a healthy view is fetched back", StrandedAboveAHealthyView.Run),
        new(14, "A wish of long ago does not depose a healthy primary", StaleWish.RunLongAgo),
        new(14, "A wish below one's promise does not depose its primary", StaleWish.RunBelowThePromise),
        new(28, "A primary whose state differs from both followers stops", DifferentState.Run),
        new(41, "Of several entries in a slot the one of the highest view wins", HighestViewWins.Run),
        new(42, "A vote of another view does not count", AnswersOfAnotherView.RunVote),
        new(42, "A promise of another view does not count", AnswersOfAnotherView.RunPromise),
        new(40, "A read waits for the no-op of the new view", ReadBeforeTheFirstNoOp.Run),
        new(28, "A bit flips in the primary's memory: the primary stops", FlippedBit.RunAtPrimary),
        new(28, "A bit flips in a follower's memory: the follower stops", FlippedBit.RunAtFollower),
        new(17, "A late echo does not serve a read that came after it", LateEcho.Run),
        new(75, "An echo of a round that lost its quorum serves no later read", EchoOfALostRound.Run),
        new(22, "Two messages keep their order across view changes", OrderAcrossViews.Run),
        new(37, "A number that was used for other bytes is refused", UsedNumber.Run),
        new(24, "A tear that was cut does not pass for rot", TornEverywhere.RunOnce),
        new(24, "Two power failures in a row leave no tear that passes for rot", TornEverywhere.RunTwiceInARow),
        new(25, "With all logs torn any two replicas are enough", TornEverywhere.RunWithTwoOfThree),
        new(26, "What a killed process left in the page cache is synced before it counts", NeverSynced.RunKilled),
        new(27, "A failed sync ends the process, and its data count after another sync only", NeverSynced.RunFailedSync),
        new(38, "A primary that is cut off stops serving and says so", LonelyPrimary.RunAlone),
        new(16, "A primary that hears nobody is left, though everybody hears it", LonelyPrimary.RunDeaf),
        new(39, "A lost P is sent again", LostProposal.RunLast),
        new(39, "A lost P is sent again with what was refused above it", LostProposal.RunBelowAnother),
        new(23, "A request in two slots of one view runs once, also after restarts", SameRequestTwice.RunInOneView),
        new(23, "A request in slots of two views runs once", SameRequestTwice.RunInTwoViews),
        new(20, "A request of an evicted session does not run again", EvictedSession.Run),
        new(21, "A request that was answered busy runs once when its first copy arrives", BusyIsNotFinal.Run),
        new(18, "A primary that was paused serves no late read", PausedPrimary.Run),
        new(16, "One broken link leaves the view as it is", PartialConnectivity.RunOneLink),
        new(16, "A chain of five is led by one that sees a quorum", PartialConnectivity.RunChain),
        new(16, "The only one that sees a quorum leads, though its log is behind", PartialConnectivity.RunStarBehind),
        new(16, "A primary that nobody hears is left, though it hears everybody", PartialConnectivity.RunMute),
        new(43, "A late P for a slot that was learned stops nobody", LateProposalForALearnedSlot.Run),
        new(44, "Nobody waits for a replica that had decided more and is gone", SourceIsGone.Run),
        new(45, "Nobody asks a replica for ever that is gone", TeacherIsGone.Run),
        new(46, "An L of a replica that does not own the view is ignored", NoReasonToLeave.RunForeignClaim),
        new(47, "Clients that ask everybody change no view", NoReasonToLeave.RunClients),
        new(80, "While a follower's state differs and nobody decides who is right, no client is answered", StatesInDoubt.RunFollowerIsWrong),
        new(80, "While the primary's state differs and nobody decides who is right, no client is answered", StatesInDoubt.RunPrimaryIsWrong),
        new(80, "A difference of states does not end with the view", StatesInDoubt.RunNextView),
        new(81, "A follower that was started again and agrees does not count as different", DifferenceMended.Run),
        new(82, "Nobody follows a message to a view that no group can have reached", ImpossibleViews.Run),
        new(23, "A request below the acknowledged mark does not run again", SameRequestTwice.RunBelowTheMark),
        new(48, "A vote is not forgotten because the head of its segment rots", HeadOfTheSegmentRots.RunZeros),
        new(48, "A vote is not forgotten because the head of its segment cannot be read", HeadOfTheSegmentRots.RunUnreadable),
        new(55, "A vote does not replace what was learned", VoteOverALearnedSlot.Run),
        new(56, "What was learned is no vote, and an honest P for it stops nobody", LearnedIsNoVote.Run),
        new(57, "What one acceptor knows to be decided outranks all votes", DecidedOutranksVotes.Run),
        new(58, "An open end of lost slots is closed by the next view, for good", OpenEnd.RunClosed),
        new(58, "A power failure before the closing is durable leaves the end open", OpenEnd.RunPowerFailure),
        new(59, "An open end of lost slots is not closed by the view that was promised when they were lost", OpenEnd.RunInTheSameView),
        new(59, "An open end of lost slots is not closed before what was inherited is accepted", OpenEnd.RunBeforeWhatWasInherited),
        new(65, "An older copy of a directory is refused after the original was started once more", OlderCopies.RunOfAnEarlierStart),
        new(65, "An older copy of a directory is refused however often it is started", OlderCopies.RunOfAHigherStart),
        new(66, "A copy of a directory that was made in this start is refused by the votes it lacks", OlderCopies.RunOfThisStart),
        new(66, "A copy of a directory that was made in this start is refused by the promise it lacks", OlderCopies.RunWithoutThePromise),
        new(66, "A replica that says what its disk lost is not taken for an older copy", OlderCopies.RunLossThatIsTold),
        new(67, "Of two copies of a directory only one is listened to", OtherDirectories.RunCloned),
        new(67, "An emptied directory is not taken for the one that voted", OtherDirectories.RunEmptied),
        new(68, "A hundred starts while a peer is away shut nobody out", OtherDirectories.RunManyStarts),
        new(68, "A hundred starts that end at once shut nobody out", OtherDirectories.RunStartsThatEndAtOnce),
        new(69, "Replicas that would execute differently refuse each other", OtherDirectories.RunOtherRules),
        new(70, "A request that was not taken never runs, one that was proposed may", NotTakenNeverRuns.Run),
        new(71, "Requests run in the order of their session, however they arrive", SessionOrder.Run),
        new(71, "Log time does not go back with the clock of the next primary", LogTime.Run),
        new(72, "One message wakes all who wait for it, also after a view change", AllAreWoken.Run),
        new(73, "Followers that are killed and clients that hang up change no view", NeedlessViewChanges.Run),
        new(74, "A quorum of replicas that were all restarted goes on", RestartedQuorum.Run),
    ];
}
