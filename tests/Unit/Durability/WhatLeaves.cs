using NUnit.Framework;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Durability;

/// <summary>
/// Where the driver's messages end in these tests. Each is held, at the instant it leaves, against what a power failure would leave on
/// the disk at that instant (rule 1).
/// </summary>
/// <param name="disk">The disk.</param>
internal sealed class WhatLeaves(RecordedDisk disk) : IEngineOutlet, IDriverSockets
{
    /// <summary>Everything that left, in order.</summary>
    public List<FrameContent> Frames { get; } = [];

    /// <summary>What left too early, in words.</summary>
    public List<string> Untrue { get; } = [];

    /// <inheritdoc/>
    public bool HasUnread => false;

    /// <inheritdoc/>
    public void SendToPeers(List<Outgoing> messages)
    {
        foreach (Outgoing outgoing in messages)
            Leave(outgoing.Message);
    }

    /// <inheritdoc/>
    public void Reply(List<Reply> replies)
    {
        foreach (Reply reply in replies)
            Leave(reply.Message);
    }

    /// <inheritdoc/>
    public void Answer(List<Reply> answers) => Reply(answers);

    /// <inheritdoc/>
    public void OnMembers(Members members)
    {
    }

    /// <inheritdoc/>
    public void OnExecuted(int slots)
    {
    }

    /// <summary>How many messages of a type left.</summary>
    public int Count<T>()
        where T : Message => Frames.Count(content => content.Message is T);

    /// <summary>Nothing left that the disk did not support.</summary>
    public void AssertTrue(string when) => Assert.That(Untrue, Is.Empty, when);

    private void Leave(in FrameContent content)
    {
        Frames.Add(content);
        RecoveredState durable = disk.AfterPowerFailure();
        string? missing = content.Message switch
        {
            LeaderClaim claim => Owned(durable, claim.View),
            Proposal proposal => Owned(durable, proposal.View),
            LeaderPromise promise => Promised(durable, promise.View) ?? Listed(durable, promise),
            Refusal refusal => Promised(durable, refusal.Promised),
            Accepted accepted => Voted(durable, accepted.View, accepted.Slot),
            HeartbeatAnswer answer => Voted(durable, answer.View, answer.AcceptedThrough),
            null when content.Reply.Status == ReplyStatus.Ok => Answered(durable, content.Reply),
            _ => null,
        };
        if (missing is not null)
            Untrue.Add($"{content} leaves after {disk.Calls.Count} calls, and {missing}");
    }

    private static string? Promised(RecoveredState durable, View view) =>
        durable.Promised >= view ? null : $"durably promised is {durable.Promised} only";

    private static string? Owned(RecoveredState durable, View view) =>
        Promised(durable, view) ?? (durable.Owned >= view ? null : $"durably owned is {durable.Owned} only");

    private static string? Voted(RecoveredState durable, View view, Slot through)
    {
        if (Promised(durable, view) is { } missing)
            return missing;
        for (Slot slot = durable.Decided.Next; slot <= through; slot = slot.Next)
        {
            if (!IsKnown(durable, slot) && VoteIn(durable, slot) != view)
                return $"the disk has a vote of {VoteIn(durable, slot)} in {slot}";
        }

        return null;
    }

    private static string? Listed(RecoveredState durable, LeaderPromise promise)
    {
        foreach (AcceptedEntry listed in promise.Entries)
        {
            if (!IsKnown(durable, listed.Slot) && VoteIn(durable, listed.Slot) < listed.View)
                return $"the disk has a vote of {VoteIn(durable, listed.Slot)} in {listed.Slot}";
        }

        return null;
    }

    /// <summary>In these stories one follower of two answers, so that the primary's own vote is needed for every decision.</summary>
    private static string? Answered(RecoveredState durable, ClientReply reply)
    {
        foreach (Entry entry in durable.Known.Select(known => known.Entry).Concat(durable.Votes.Select(vote => vote.Entry)))
        {
            foreach (EntryCommand request in entry.Commands)
            {
                if (request.Sequence == reply.Sequence)
                    return null;
            }
        }

        return $"no slot on the disk holds the request {reply.Sequence}";
    }

    private static bool IsKnown(RecoveredState durable, Slot slot) => durable.Known.Any(known => known.Slot == slot);

    private static View VoteIn(RecoveredState durable, Slot slot)
    {
        foreach (AcceptedEntry vote in durable.Votes)
        {
            if (vote.Slot == slot)
                return vote.View;
        }

        return View.None;
    }
}
