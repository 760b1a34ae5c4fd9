using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Roles;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core;

/// <summary>What the duties of one replica share. Each piece of state has one writer; the others read it here.</summary>
internal sealed class ReplicaContext
{
    /// <summary>Builds the shared pieces from what the disk remembers.</summary>
    public ReplicaContext(GroupOptions options, RecoveredState recovered, IStateMachine machine, Effects effects)
    {
        Options = options;
        Outbox = new Outbox(options, effects);
        Acceptor = new Acceptor(recovered, Outbox);
        Executor = new Executor(options, machine, effects, Outbox, Acceptor);
        IsConnected = new bool[options.ReplicaCount];
    }

    /// <summary>The group.</summary>
    public GroupOptions Options { get; }

    /// <summary>Where messages, records and replies go.</summary>
    public Outbox Outbox { get; }

    /// <summary>This replica's promise and votes.</summary>
    public Acceptor Acceptor { get; }

    /// <summary>Sessions and machine, and who waits for them.</summary>
    public Executor Executor { get; }

    /// <summary>Per replica: a connection to it is up.</summary>
    public bool[] IsConnected { get; }

    /// <summary>Ticks since the start.</summary>
    public long Tick { get; set; }

    /// <summary>Wall-clock time as the host last told it, milliseconds since 1970 UTC; data only.</summary>
    public long NowMilliseconds { get; set; }

    /// <summary>This replica.</summary>
    public ReplicaId Self => Options.Self;

    /// <summary>The promised view.</summary>
    public View View => Acceptor.Promised;

    /// <summary>The primary of the promised view; it may be this replica.</summary>
    public ReplicaId Primary => View.Primary(Options.ReplicaCount);

    /// <summary>A heartbeat is due at this tick.</summary>
    public bool IsBeat => Tick % Options.HeartbeatTicks == 0;

    /// <summary>The sender leads that view; anything else claims what it does not own.</summary>
    public bool Leads(ReplicaId sender, View view) => view.Primary(Options.ReplicaCount) == sender;
}
