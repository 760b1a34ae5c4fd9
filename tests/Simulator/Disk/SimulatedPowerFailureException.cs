namespace PaxosShard.Simulator.Disk;

/// <summary>
/// The power failed in the middle of an operation of a <see cref="SimulatedDisk"/>, as asked for by
/// <see cref="SimulatedDisk.CrashAtOperation"/>. Whoever catches it calls <see cref="SimulatedDisk.Crash"/> and starts anew.
/// </summary>
/// <param name="operation">The number of the operation.</param>
public sealed class SimulatedPowerFailureException(long operation) : Exception($"the power failed at disk operation {operation}");
