using System.Text;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>One candidacy as the checkers see it: the LeaderPromises that reached the candidate.</summary>
internal sealed class Campaign
{
    private readonly PromiseLedger[] _ledgers;

    private Campaign(int candidate, int replicas, long decided)
    {
        Candidate = candidate;
        _ledgers = new PromiseLedger[replicas];
        for (int index = 0; index < replicas; index++)
            _ledgers[index] = new PromiseLedger(decided);
    }

    /// <summary>The machine that wants to lead.</summary>
    public int Candidate { get; }

    /// <summary>One bit per place whose promise is complete, the candidate's own log included.</summary>
    public int Complete { get; private set; }

    /// <summary>The highest slot anybody reported.</summary>
    public long HighestReported { get; private set; }

    /// <summary>What a replica reported.</summary>
    public PromiseLedger this[int replica] => _ledgers[replica];

    /// <summary>A candidacy with the candidate's own durable log as its own answer.</summary>
    public static Campaign Start(CheckContext context, int replica, LeaderClaim claim)
    {
        Campaign campaign = new(replica, context.ReplicaCount, claim.Decided.Number);
        DurableImage image = context.Images[replica];
        PromiseLedger own = campaign[context.PlaceOf(replica)];
        for (long slot = claim.Decided.Number + 1; slot <= image.Slots.Highest; slot++)
        {
            StoredSlot stored = image.Slots.Read(slot);
            if (stored.IsLearned)
                own.AddKnown(slot, stored.Value);
            else if (stored.IsStored)
                own.Add(slot, stored.View, stored.Value);
            else if (image.IsKnownFaulty(slot))
                own.AddFaulty(slot);
        }

        own.SetFaultyFrom(image.FaultyFrom);
        campaign.Complete = 1 << context.PlaceOf(replica);
        campaign.HighestReported = own.Highest;
        return campaign;
    }

    /// <summary>The candidate asks again, from a higher slot: it has learned more of what is decided.</summary>
    public void Ask(long decided)
    {
        for (int replica = 0; replica < _ledgers.Length; replica++)
        {
            _ledgers[replica].Ask(decided);
            if (_ledgers[replica].IsComplete)
                Complete |= 1 << replica;
        }
    }

    /// <summary>Takes a part of a LeaderPromise.</summary>
    public void Take(int from, LeaderPromise promise)
    {
        _ledgers[from].Take(promise);
        HighestReported = Math.Max(HighestReported, _ledgers[from].Highest);
        if (_ledgers[from].IsComplete)
            Complete |= 1 << from;
    }

    /// <summary>What was reported for a slot, for the report of a violation.</summary>
    public string Describe(long slot)
    {
        StringBuilder text = new();
        for (int replica = 0; replica < _ledgers.Length; replica++)
        {
            if ((Complete & (1 << replica)) == 0)
                text.Append($"r{replica} not complete; ");
            else if (_ledgers[replica].TryGet(slot, out (long View, ulong Value) accepted))
                text.Append($"r{replica} v{accepted.View} {accepted.Value:x8}; ");
            else
                text.Append($"r{replica} none up to s{_ledgers[replica].Highest}; ");
        }

        return text.ToString();
    }
}
