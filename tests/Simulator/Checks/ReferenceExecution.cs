using PaxosShard.Replica.Core;
using PaxosShard.Replica.Core.Machines;
using PaxosShard.Wire;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// The decided log executed once more, from its beginning and in one go. All replicas must come to the same state (S13), so
/// what it says of single commands is what every replica did with them: which of them ran, and which were refused.
/// </summary>
/// <param name="options">The bounds, as the replicas have them.</param>
public sealed class ReferenceExecution(GroupOptions options)
{
    private readonly ReplicatedState _state = new(options.Sessions, options.SessionWindow, options.Rooms);
    private readonly List<ClientReply> _replies = [];

    /// <summary>The last slot that was executed.</summary>
    public Slot Executed => _state.Executed;

    /// <summary>The state hash after it.</summary>
    public ulong Hash => _state.Hash;

    /// <summary>The log time after it.</summary>
    public long LogTime => _state.LogTime;

    /// <summary>What became of the commands of the last slot, in their order.</summary>
    public IReadOnlyList<ClientReply> Replies => _replies;

    /// <summary>What the last slot posted.</summary>
    public IReadOnlyList<PostedMessage> Posted => _state.LastPosted;

    /// <summary>Executes the next slot.</summary>
    public void Execute(Slot slot, Entry entry)
    {
        _replies.Clear();
        _state.Execute(slot, entry, _replies);
    }
}
