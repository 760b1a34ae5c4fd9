using PaxosShard.Simulator.Moves;
using PaxosShard.Simulator.Moves.Calls;
using PaxosShard.Simulator.Replicas;

namespace PaxosShard.Simulator.Whole;

/// <summary>
/// Starts and ends the driving at the replicas of a group, as the product's processes do: a replica drives while it serves as the primary, as far as it knows itself, so that two may do so at once.
/// </summary>
/// <param name="world">What it lives in.</param>
/// <param name="group">The group.</param>
internal sealed class ReplicaTerms(MoveWorld world, ReplicatedGroup group)
{
    // As often as the product looks whether its replica still leads, microseconds.
    private const long Look = 5_000;

    private readonly Dictionary<int, IDrivingTerm> _terms = [];
    private readonly Dictionary<int, long> _lives = [];

    /// <summary>Who serves as the primary; null when nobody does, as far as can be seen from outside.</summary>
    public SimulatedReplica? Leader { get; private set; }

    /// <summary>Begins to look.</summary>
    public void Watch() => world.Time.After(Look, () =>
    {
        foreach (SimulatedReplica replica in group.Cluster.Replicas)
            LookAt(replica);
        if (_terms.Count > 1)
            world.Marks.Reach(MoveMark.TwoDrivers);
        Watch();
    });

    private void LookAt(SimulatedReplica replica)
    {
        NoteLife(replica);
        bool leads = replica.IsRunning && (replica.IsPaused ? _terms.ContainsKey(replica.Index) : replica.Core is { IsServing: true });
        if (leads && !replica.IsPaused)
            Leader = replica;
        else if (Leader == replica)
            Leader = null;
        if (!leads)
        {
            Retire(replica);
            return;
        }

        if (!_terms.TryGetValue(replica.Index, out IDrivingTerm? present))
        {
            world.Note($"{group.Group} is led by r{replica.Index}, which drives from now on");
            _terms.Add(replica.Index, present = world.NewTerm(group));
            present.Go();
        }

        present.IsPaused = replica.IsPaused;
    }

    // A replica that was killed and is there again has lost what it knew, and whoever was connected to it.
    private void NoteLife(SimulatedReplica replica)
    {
        long life = replica.IsListening ? replica.Lives : 0;
        if (_lives.TryGetValue(replica.Index, out long before) && before == life)
            return;
        _lives[replica.Index] = life;
        Retire(replica);
        group.OnGone(replica);
    }

    private void Retire(SimulatedReplica replica)
    {
        if (_terms.Remove(replica.Index, out IDrivingTerm? term))
            term.Retire();
    }
}
