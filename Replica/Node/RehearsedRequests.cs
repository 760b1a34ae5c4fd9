using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Hashing.Rings;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Replica.Node;

/// <summary>
/// What is asked in the rehearsal beside the start of a replica: a key is changed and read, and a shard gives the arc of it to another one and gets it back. When a new shard gets arcs for the first time, nobody serves them meanwhile.
/// </summary>
/// <param name="group">The group, not <see cref="GroupId.None"/>. A machine that is no shard refuses the first request about arcs, and then nothing more is asked.</param>
internal sealed class RehearsedRequests(GroupId group)
{
    // Jobs, by the number of the configuration that they make.
    private const long Begins = 1;
    private const long Gives = 2;
    private const long Gets = 3;

    private static readonly byte[] _key = "key"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> _put = KeyCommand.Put(_key, "value"u8.ToArray()).Encode();
    private static readonly ReadOnlyMemory<byte> _get = KeyCommand.Get(_key).Encode();
    private static readonly Arc _arc = Arc.Of(_key);

    // Another group, of which there is nothing but the number.
    private readonly GroupId _other = new(group.Number == 1 ? 2 : 1);

    /// <summary>All of it; ends when something is not answered as it should be.</summary>
    /// <param name="lastReply">Tells how the one before was answered.</param>
    public IEnumerable<ReadOnlyMemory<byte>> All(Func<ClientReply> lastReply)
    {
        yield return _put;
        yield return _get;
        Configuration[] configurations = Configurations();
        yield return Adopt(configurations[0]);
        if (lastReply().Status != ReplyStatus.Ok)
            yield break;
        yield return _put;
        yield return _get;
        yield return new StartMovesCommand(Begins, Gives, [new ArcTransfer(group, _other, [_arc.Number])]).Encode();
        yield return new CopyArcsQuery(Gives, group, _other, default).Encode();
        yield return _put;
        yield return Adopt(configurations[1]);
        yield return new CopyArcsQuery(Gives, group, _other, default).Encode();
        if (lastReply().Status != ReplyStatus.Ok)
            yield break;
        CopyArcsResult copied = CopyArcsResult.Decode(lastReply().Payload.Span);
        yield return new DropArcsCommand(Gives, _other).Encode();
        yield return new StartMovesCommand(Gives, Gets, [new ArcTransfer(_other, group, [_arc.Number])]).Encode();
        yield return new ImportPieceCommand(Gets, _other, 0, copied.Cursor, copied.Piece).Encode();
        yield return Adopt(configurations[2]);
        yield return new ServeArcsCommand(Gets, _other, 1, copied.Cursor, copied.LogTime, copied.ArcsHash, copied.ResultsHash).Encode();
        yield return new ReadMovesQuery().Encode();
        yield return _put;
        yield return _get;
    }

    private static ReadOnlyMemory<byte> Adopt(Configuration configuration) => new AdoptConfigurationCommand(configuration.Encode()).Encode();

    // Everything is the group's, then one arc is not, then it is again.
    private Configuration[] Configurations()
    {
        Shard own = new(group, RingMember.DefaultPoints, ["localhost:1"]);
        Shard other = new(_other, RingMember.DefaultPoints, ["localhost:2"]);
        Configuration first = Configuration.Zero.Next(Begins, [own], Enumerable.Range(0, Arc.Count).Select(number => new ArcMove(new Arc(number), GroupId.None, group)));
        Configuration second = first.Next(Gives, [own, other], [new ArcMove(_arc, group, _other)]);
        return [first, second, second.Next(Gets, [own, other], [new ArcMove(_arc, _other, group)])];
    }
}
