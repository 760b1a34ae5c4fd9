using System.Reflection;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Nemesis;

/// <summary>
/// Bits that flip in a running replica's memory. The product has no door for that, and none is made for a test: the way in is
/// reflection, and a changed name on it ends the scenario with an exception.
/// </summary>
internal static class MemoryFault
{
    private delegate Span<byte> PayloadIn(long sequence);

    private const BindingFlags Anything = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Flips the last bit of the result that is stored for a request.</summary>
    public static void FlipStoredResult(ReplicaCore core, ClientRequest request)
    {
        object sessions = Get(typeof(ReplicatedState).GetProperty("Sessions", Anything)?.GetValue(StateOf(core)), "Sessions");
        object session = Get(sessions.GetType().GetMethod("Find", Anything)?.Invoke(sessions, [request.Session]), "session of the request");
        MethodInfo payload = session.GetType().GetMethod("PayloadIn", Anything) ?? throw new InvalidOperationException("a session has no payloads");
        Span<byte> bytes = payload.CreateDelegate<PayloadIn>(session)(request.Sequence.Number);
        if (bytes.IsEmpty)
            throw new InvalidOperationException("the stored result has no bytes");
        bytes[^1] ^= 1;
    }

    /// <summary>Flips a bit of the rolling state hash, as of anything that it is made from next.</summary>
    public static void FlipStateHash(ReplicaCore core, int bit)
    {
        ReplicatedState state = StateOf(core);
        PropertyInfo hash = typeof(ReplicatedState).GetProperty(nameof(ReplicatedState.Hash), Anything)
            ?? throw new InvalidOperationException("the state has no hash");
        hash.SetValue(state, state.Hash ^ (1UL << bit));
    }

    private static ReplicatedState StateOf(ReplicaCore core) =>
        (ReplicatedState)Get(typeof(ReplicaCore).GetProperty("State", Anything)?.GetValue(core), "State");

    private static object Get(object? found, string name) =>
        found ?? throw new InvalidOperationException($"the core has no {name}");
}
