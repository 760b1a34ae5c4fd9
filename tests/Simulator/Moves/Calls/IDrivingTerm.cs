namespace PaxosShard.Simulator.Moves.Calls;

/// <summary>The time in which one replica drives what its group has to do beyond its log: a shard its moves, the masters their jobs.</summary>
internal interface IDrivingTerm
{
    /// <summary>The process is stopped by a signal: what it would do now, and what it would hear, it does and hears later.</summary>
    bool IsPaused { get; set; }

    /// <summary>Begins, and goes on.</summary>
    void Go();

    /// <summary>Ends it.</summary>
    void Retire();
}
