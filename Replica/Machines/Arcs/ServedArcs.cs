using System.Buffers.Binary;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Machines.Arcs;

/// <summary>
/// Which arcs a group serves. A group that belongs to no masters serves all of them, always. A shard serves what the configuration gives it that the group has adopted, once it is here, and it goes from
/// one to the next by entries of its own log, none skipped: so it fences itself, and no clock and no opinion of a master can make two groups serve an arc at the same time.
/// </summary>
/// <param name="group">The shard; <see cref="GroupId.None"/> for a group that belongs to no masters.</param>
internal sealed class ServedArcs(GroupId group)
{
    /// <summary>To be raised with every change of what a configuration or a step of a move does, or of a reason with which one is refused: all are state or stored results, which all replicas of a group have alike.</summary>
    public const int Version = 4;

    private readonly bool[] _served = new bool[Arc.Count];
    private Configuration? _adopted;

    /// <summary>The group belongs to masters.</summary>
    public bool IsSharded => group != GroupId.None;

    /// <summary>The shard; <see cref="GroupId.None"/> for a group that belongs to no masters.</summary>
    public GroupId Group => group;

    /// <summary>The configuration that was adopted; null for none.</summary>
    public Configuration? Adopted => _adopted;

    /// <summary>A hash of what it has adopted; 0 for nothing.</summary>
    public ulong Hash => _adopted?.Hash ?? 0;

    /// <summary>The group serves an arc.</summary>
    public bool Serves(Arc arc) => !IsSharded || _served[arc.Number];

    /// <summary>The refusal of what is of an arc that is not served: whoever asked has an older configuration than the group, or a newer one.</summary>
    public CommandResult? FindRefusal(Arc arc)
    {
        if (Serves(arc))
            return null;
        byte[] number = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(number, _adopted?.Number ?? 0);
        return new CommandResult(ReplyStatus.NotMyArc, number);
    }

    /// <summary>Who serves an arc by the configuration that was adopted.</summary>
    public ArcOwner FindOwner(Arc arc)
    {
        if (!IsSharded)
            return ArcOwner.Here;
        GroupId owner = _adopted is { Shards.Count: > 0 } adopted ? adopted.OwnerOf(arc) : GroupId.None;
        return new ArcOwner(Serves(arc), owner == group ? GroupId.None : owner, _adopted?.Number ?? 0);
    }

    /// <summary>Where the replicas of a group listen by the configuration that was adopted; none when it does not name the group.</summary>
    public IReadOnlyList<string> AddressesOf(GroupId other) => _adopted?.Find(other)?.Addresses ?? [];

    /// <summary>Goes on to a configuration, all of whose arcs are served until <see cref="Await"/> says something else.</summary>
    /// <param name="next">The configuration.</param>
    public void Go(Configuration next)
    {
        _adopted = next;
        for (int number = 0; number < Arc.Count; number++)
            _served[number] = next.OwnerOf(new Arc(number)) == group;
    }

    /// <summary>Arcs that were awaited are here: they are served from now on.</summary>
    public void Open(ArcSet arcs)
    {
        foreach (int arc in arcs.Numbers)
            _served[arc] = true;
    }

    /// <summary>Answers a <see cref="ReadArcsQuery"/>.</summary>
    public ArcsResult Read() => new(
        _adopted?.Number ?? 0, Hash, [.. Enumerable.Range(0, Arc.Count).Where(number => Serves(new Arc(number)))]);

    /// <summary>Takes over what an export says, into a group that has adopted nothing.</summary>
    /// <param name="configuration">The configuration, encoded.</param>
    /// <exception cref="WireFormatException">It is none, or cannot be that of this group.</exception>
    public void Restore(ReadOnlySpan<byte> configuration)
    {
        Configuration adopted = Configuration.Decode(configuration);
        // Whether it followed the one before, the group that exported it has judged: nothing of that one is left.
        if (!IsSharded || _adopted is not null || adopted.Number == 0)
            throw new WireFormatException($"configuration {adopted.Number} cannot be that of this group");
        Go(adopted);
    }

    /// <summary>Arcs of the configuration have still to come: they are not served.</summary>
    public void Await(ArcSet arcs)
    {
        foreach (int arc in arcs.Numbers)
            _served[arc] = false;
    }
}
