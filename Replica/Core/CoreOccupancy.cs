using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Log;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Replica.Core;

/// <summary>How full a core is: what stays when nothing is under way any more. What is under way is in <see cref="CoreLoad"/>.</summary>
/// <param name="State">Bytes of what the machine holds; from its bound on, what makes it larger is rejected.</param>
/// <param name="SessionBytes">Bytes that the sessions take, about; above their bound, requests are answered busy.</param>
/// <param name="Sessions">Sessions; from their bound on, requests of new ones are answered busy.</param>
/// <param name="LogBytes">Bytes of memory that the slots above the base take, about.</param>
public readonly record struct CoreOccupancy(Occupancy State, Occupancy SessionBytes, Occupancy Sessions, long LogBytes)
{
    /// <summary>What the parts of a core hold.</summary>
    internal static CoreOccupancy Of(ReplicatedState state, EntryLog log) =>
        new(state.Machine.Occupancy, state.SessionBytes, state.SessionCount, log.Bytes);
}
