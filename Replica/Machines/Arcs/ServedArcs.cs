using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Machines.Arcs;

/// <summary>
/// Which arcs a group serves. A group that belongs to no masters serves all of them, always. A shard serves what the configuration gives it that the group has adopted, and it goes from
/// one to the next by entries of its own log, none skipped: so it fences itself, and no clock and no opinion of a master can make two groups serve an arc at the same time.
/// </summary>
/// <param name="group">The shard; <see cref="GroupId.None"/> for a group that belongs to no masters.</param>
internal sealed class ServedArcs(GroupId group)
{
    /// <summary>To be raised with every change of what a configuration does or of a reason with which one is refused: both are stored results, which all replicas of a group have alike.</summary>
    public const int Version = 1;

    private const int ArcsInReason = 3;

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

    /// <summary>Executes an <see cref="AdoptConfigurationCommand"/> of a shard; a group without masters does not know the command. The state decides alone, so that it does not matter how often, by whom or how late it is sent.</summary>
    public CommandResult Adopt(in AdoptConfigurationCommand command)
    {
        Configuration next;
        try
        {
            next = Configuration.Decode(command.Configuration.Span);
        }
        catch (WireFormatException)
        {
            return new CommandResult(ReplyStatus.Malformed, Reasons.UnknownCommand);
        }

        if (_adopted is { } adopted && next.Number <= adopted.Number)
            return next.Number < adopted.Number || next.Hash == adopted.Hash ? Accept() : Reject($"configuration {next.Number} is another one here: its hash is {adopted.Hash:x16}, not {next.Hash:x16}");
        if (FindObstacle(next) is { } obstacle)
            return Reject(obstacle);
        Take(next);
        return Accept();
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
        if (!IsSharded || _adopted is not null || adopted.Find(group) is null)
            throw new WireFormatException($"configuration {adopted.Number} cannot be that of this group");
        Take(adopted);
    }

    private static CommandResult Reject(string reason) => new(ReplyStatus.Rejected, Encoding.UTF8.GetBytes(reason));

    private string? FindObstacle(Configuration next)
    {
        if (next.Find(group) is null)
            return $"configuration {next.Number} does not name {group}";
        if (_adopted is null)
            return next.Number == 1 ? null : $"configuration {next.Number} is not the one that gives arcs to {group} which nobody had before";
        if (next.Number != _adopted.Number + 1)
            return $"configuration {next.Number} does not follow {_adopted.Number}, which the group has: none is skipped";
        Arc[] moving = [.. _adopted.MovesTo(next).Where(move => move.From == group || move.To == group).Select(static move => move.Arc)];
        return moving.Length == 0 ? null : $"configuration {next.Number} moves {moving.Length} arcs of {group} ({Describe(moving)}), and no arc was handed over";
    }

    private static string Describe(Arc[] arcs) =>
        string.Join(", ", arcs.Take(ArcsInReason).Select(static arc => arc.Number.ToString(CultureInfo.InvariantCulture))) + (arcs.Length > ArcsInReason ? ", …" : "");

    private void Take(Configuration next)
    {
        _adopted = next;
        for (int number = 0; number < Arc.Count; number++)
            _served[number] = next.OwnerOf(new Arc(number)) == group;
    }

    private CommandResult Accept() => new(ReplyStatus.Ok, new AdoptConfigurationResult(_adopted?.Number ?? 0).Encode());
}
