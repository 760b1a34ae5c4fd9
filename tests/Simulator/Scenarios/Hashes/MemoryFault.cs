using System.Reflection;
using System.Runtime.InteropServices;
using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Machines;
using PaxosShard.Wire;

namespace PaxosShard.Simulator.Scenarios.Hashes;

/// <summary>
/// Bits that flip in a running replica's memory. The product has no door for that, and none is made for a test: the way in is
/// reflection, and a changed name on it ends the scenario with an exception.
/// </summary>
internal static class MemoryFault
{
    private const BindingFlags Anything = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Flips the last bit of the result that is stored for a request.</summary>
    public static void FlipStoredResult(ReplicaCore core, ClientRequest request)
    {
        object context = Get(typeof(ReplicaCore).GetField("_context", Anything)?.GetValue(core), "_context");
        object executor = Get(context.GetType().GetProperty("Executor", Anything)?.GetValue(context), "Executor");
        ReplicatedState state = (ReplicatedState)Get(executor.GetType().GetProperty("State", Anything)?.GetValue(executor), "State");
        ClientReply stored = state.AnswerFromStore(request) ?? throw new InvalidOperationException("no result is stored for the request");
        if (!MemoryMarshal.TryGetArray(stored.Payload, out ArraySegment<byte> bytes) || bytes.Count == 0)
            throw new InvalidOperationException("the stored result has no bytes");
        bytes.AsSpan()[^1] ^= 1;
    }

    private static object Get(object? found, string name) =>
        found ?? throw new InvalidOperationException($"the core has no {name}");
}
