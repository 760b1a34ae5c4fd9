using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Execution;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Replica.Machines.Exports;
using PaxosShard.Replica.Machines.Keys;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Replica.Machines.Moves;

/// <summary>How the group of a shard gives arcs and gets them: its part of a <see cref="ShardMachine"/>. <c>Master/DESIGN.md</c>, "How the groups move arcs", has the whole.</summary>
internal sealed class ShardMoves
{
    private readonly ServedArcs _served;
    private readonly ArcContents _contents;
    private readonly MoveReader _reader;
    private readonly MoveCommands _commands;
    private readonly ConfigurationAdoption _adoption;
    private ISessionMoves? _sessions;

    /// <summary>A group that takes part in no moves.</summary>
    /// <param name="served">Which arcs are served.</param>
    /// <param name="rooms">All rooms.</param>
    /// <param name="keys">All keys.</param>
    /// <param name="arcs">The hash of each arc.</param>
    /// <param name="findObstacle">Why the state cannot become larger by a piece; null when it can.</param>
    public ShardMoves(ServedArcs served, ChatRooms rooms, KeyTable keys, ArcHashes arcs, Func<PieceSize, byte[]?> findObstacle)
    {
        _served = served;
        _contents = new ArcContents(rooms, keys, arcs);
        _reader = new MoveReader(rooms, keys, _contents);
        List = new MoveList(served);
        _commands = new MoveCommands(served, List, _contents, new PieceTaker(rooms, keys), findObstacle);
        _adoption = new ConfigurationAdoption(served, List, _contents);
    }

    /// <summary>The moves.</summary>
    public MoveList List { get; }

    /// <summary>A hash of what no arc holds.</summary>
    public ulong Hash => StableHash64.Combine(_served.Hash, (ulong)List.Revision);

    /// <summary>A query is about moves.</summary>
    public static bool IsQuery(ReadOnlySpan<byte> query) => !query.IsEmpty && (CommandKind)query[0] is CommandKind.ReadMoves or CommandKind.CopyArcs;

    /// <summary>The sessions of the group; before anything runs.</summary>
    public void Attach(ISessionMoves sessions)
    {
        _sessions = sessions;
        _commands.Sessions = sessions;
        _adoption.Sessions = sessions;
    }

    /// <summary>Arcs were given up since the last call, so that whoever waits for something in them has to be told.</summary>
    public bool TakeTouched()
    {
        bool isTouched = _adoption.IsTouched;
        _adoption.IsTouched = false;
        return isTouched;
    }

    /// <summary>Runs a command about configurations or moves.</summary>
    public CommandResult Run(ReadOnlyMemory<byte> command)
    {
        try
        {
            if ((CommandKind)command.Span[0] != CommandKind.AdoptConfiguration)
                return _commands.Run(command.Span);
        }
        catch (WireFormatException)
        {
            return Malformed();
        }

        return AdoptConfigurationCommand.TryRead(command, out AdoptConfigurationCommand adopt) ? _adoption.Adopt(in adopt) : Malformed();
    }

    /// <summary>Answers a query about moves.</summary>
    public CommandResult Read(ReadOnlySpan<byte> query)
    {
        try
        {
            if ((CommandKind)query[0] == CommandKind.CopyArcs)
                return Copy(CopyArcsQuery.Decode(query));
            ReadMovesQuery.Decode(query);
            return _commands.Describe();
        }
        catch (WireFormatException)
        {
            return Queries.Malformed;
        }
    }

    /// <summary>Begins to take the moves of an export.</summary>
    public MovesImport BeginImport() => new(List, _served, _contents);

    private static CommandResult Malformed() => new(ReplyStatus.Malformed, Reasons.UnknownCommand);

    private CommandResult Copy(CopyArcsQuery query)
    {
        // A job that has not begun here has nothing to say yet: the same question is asked again.
        if (query.Source != _served.Group || List.FindOutgoing(query.Job, query.Destination) is not { State: not GiveState.Dropping } move)
            return new CommandResult(ReplyStatus.Rejected, Reasons.NoSuchMove);
        return new CommandResult(ReplyStatus.Ok, _reader.Read(move, MoveCursor.Decode(query.Cursor.Span), _sessions!).Encode());
    }
}
