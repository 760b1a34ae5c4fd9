using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Calls;

/// <summary>Makes the calls of drivers and people. Each command goes in a session of its own: they have no order among themselves.</summary>
/// <param name="time">Virtual time.</param>
/// <param name="network">Takes calls to groups.</param>
internal sealed class CallDesk(Timeline time, MoveNetwork network)
{
    // Milliseconds of log time for which a command may run.
    private const long Lifetime = 60_000;

    // Clients draw theirs by chance out of all numbers of 128 bits, and scripts give theirs small ones.
    private static readonly UInt128 _first = (UInt128)1 << 101;

    private long _sessions;

    /// <summary>Asks a group a question.</summary>
    /// <param name="group">The group; null: nobody listens at the address.</param>
    /// <param name="query">The question, encoded.</param>
    /// <param name="allowance">How long the group may hold it by right, milliseconds.</param>
    /// <param name="answered">Takes the payload of the answer.</param>
    /// <param name="failed">Told why there is none.</param>
    public void Ask(SimulatedGroup? group, byte[] query, long allowance, Action<ReadOnlyMemory<byte>> answered, Action<string> failed) =>
        Begin(group, new ClientRequest(SessionId.None, new SequenceNumber(1), SequenceNumber.None, SequenceNumber.None, query), allowance, answered, failed);

    /// <summary>Tells a group something, once.</summary>
    public void Tell(SimulatedGroup? group, ReadOnlyMemory<byte> command, Action<ReadOnlyMemory<byte>> answered, Action<string> failed)
    {
        long expiry = (group?.LogTimeNow ?? 0) + Lifetime;
        ClientRequest request = new(new SessionId(_first + (UInt128)(++_sessions)), new SequenceNumber(1), SequenceNumber.None, new SequenceNumber(1), command) { Expiry = expiry };
        Begin(group, request, allowance: 0, answered, failed);
    }

    private void Begin(SimulatedGroup? group, ClientRequest request, long allowance, Action<ReadOnlyMemory<byte>> answered, Action<string> failed)
    {
        if (group is null)
        {
            time.After(network.DrawDelay(), () => failed("nobody listens there"));
            return;
        }

        new GroupCall(time, network, group, request) { Allowance = allowance, OnAnswered = answered, OnFailed = failed }.Begin();
    }
}
