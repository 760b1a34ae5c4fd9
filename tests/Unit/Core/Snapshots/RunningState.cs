using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Machines;
using PaxosShard.Tests.Unit.Machines;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

/// <summary>A state that executes what it is given, and remembers it, so that other states can execute the same.</summary>
/// <param name="options">The bounds of the group.</param>
internal sealed class RunningState(GroupOptions options)
{
    private const int Rooms = 100_000;

    private readonly List<(Entry Entry, ulong Hash, string Replies)> _log = [];

    public GroupOptions Options { get; } = options;

    public ReplicatedState State { get; } = new(options.Sessions, options.SessionWindow, NewMachine());

    public static ShardMachine NewMachine() => new(Rooms);

    public void Run(RandomRequests requests, int slots)
    {
        for (; slots > 0; slots--)
        {
            EntryStamp stamp = requests.NextStamp();
            Execute((_log.Count % 5) switch
            {
                0 => ExecutedLog.EntryOf(stamp),
                1 => ExecutedLog.EntryOf(stamp, requests.Next(), requests.Next(), requests.Next()),
                _ => ExecutedLog.EntryOf(stamp, requests.Next()),
            });
        }
    }

    public void Execute(Entry entry)
    {
        string replies = Execute(State, entry);
        _log.Add((entry, State.Hash, replies));
    }

    /// <summary>Another state that has executed the same up to a slot.</summary>
    public ReplicatedState Replay(Slot through)
    {
        ReplicatedState state = new(Options.Sessions, Options.SessionWindow, NewMachine());
        while (state.Executed < through)
            ExecuteNext(state);
        return state;
    }

    /// <summary>Lets another state execute what it has not yet, with the same replies and hashes.</summary>
    public void CatchUp(ReplicatedState state)
    {
        while (state.Executed < State.Executed)
            ExecuteNext(state);
    }

    /// <summary>All that a state is besides its sessions and its machine.</summary>
    public static string Describe(ReplicatedState state) =>
        $"{state.Executed} {state.Hash:x16} {state.LogTime} {state.HighestFirstView} {state.Sessions.Count} {state.Sessions.Bytes} {state.Machine.Hash:x16}";

    private static string Execute(ReplicatedState state, Entry entry)
    {
        List<ClientReply> replies = [];
        state.Execute(state.Executed.Next, entry, replies);
        return string.Join('\n', replies.Select(static reply => $"{reply.Session} {reply.Sequence} {reply.Status} {StableHash64.Of(reply.Payload.Span):x16}"));
    }

    private void ExecuteNext(ReplicatedState state)
    {
        (Entry entry, ulong hash, string expected) = _log[(int)state.Executed.Number];
        string replies = Execute(state, entry);
        Assert.That((replies, state.Hash), Is.EqualTo((expected, hash)), $"at {state.Executed}");
    }
}
