using System.Text;
using PaxosShard.Simulator.Moves.Checks;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>A job that moves arcs from one shard to another, step by step, each by hand.</summary>
/// <param name="script">The shards.</param>
/// <param name="from">Who gives them.</param>
/// <param name="to">Who gets them.</param>
/// <param name="arcs">The arcs.</param>
internal sealed class ScriptedMove(MoveScript script, int from, int to, IReadOnlyList<int> arcs)
{
    private const int MostPieces = 1000;

    /// <summary>The number of the job; 0 before it is asked for.</summary>
    public long Job { get; private set; }

    /// <summary>Who gives the arcs.</summary>
    public GroupLog Source => script.Shard(from);

    /// <summary>Who gets them.</summary>
    public GroupLog Destination => script.Shard(to);

    /// <summary>How the destination's copy is; null when it is not there.</summary>
    public IncomingMoveState? Copy => GroupReads.Moves(Destination.State).Incoming.FirstOrDefault(move => move.Job == Job);

    /// <summary>Three arcs of shard 1 go to shard 2.</summary>
    public static ScriptedMove Of(MoveScript script) => new(script, from: 1, to: 2, script.Arcs);

    /// <summary>The masters are asked for it; nobody begins it.</summary>
    public ScriptedMove Want()
    {
        Job = script.Ask(new MoveArcsCommand(arcs, Destination.Group).Encode()).Job;
        return this;
    }

    /// <summary>The masters are asked for it, and both shards begin it.</summary>
    public ScriptedMove Start()
    {
        Want();
        StartAt(Source);
        StartAt(Destination);
        return this;
    }

    /// <summary>A shard begins it.</summary>
    public void StartAt(GroupLog shard) => TellOk(shard, new StartMovesCommand(script.Latest.Number, Job, [new ArcTransfer(Source.Group, Destination.Group, [.. arcs.Order()])]).Encode());

    /// <summary>The source is asked what comes behind a place.</summary>
    public CopyArcsResult Read(ReadOnlyMemory<byte> cursor)
    {
        ClientReply reply = GroupReads.Ask(Source.State, new CopyArcsQuery(Job, Source.Group, Destination.Group, cursor).Encode());
        script.Expect(reply.Status == ReplyStatus.Ok, $"{Source.Group} says what is in the arcs that go by job {Job}");
        return CopyArcsResult.Decode(reply.Payload.Span);
    }

    /// <summary>The entry that brings an answer to the destination.</summary>
    public byte[] Import(long pieces, CopyArcsResult answer) => new ImportPieceCommand(Job, Source.Group, pieces, answer.Cursor, answer.Piece).Encode();

    /// <summary>One question and the piece that comes of it.</summary>
    public CopyArcsResult CopyOnce()
    {
        IncomingMoveState copy = Copy ?? throw new InvalidOperationException($"{Destination.Group} does not copy anything by job {Job}");
        CopyArcsResult answer = Read(copy.Cursor);
        if (!answer.Piece.IsEmpty)
            TellOk(Destination, Import(copy.Pieces, answer));
        return answer;
    }

    /// <summary>Copies until nothing more comes.</summary>
    /// <returns>The last answer.</returns>
    public CopyArcsResult CopyAll()
    {
        for (int pieces = 0; pieces < MostPieces; pieces++)
        {
            CopyArcsResult answer = CopyOnce();
            if (answer.IsComplete || (answer.Piece.IsEmpty && answer.IsWalkOver))
                return answer;
        }

        throw new InvalidOperationException("copying has no end");
    }

    /// <summary>The masters make the configuration; nobody adopts it.</summary>
    public ScriptedMove Commit()
    {
        script.Ask(new AdvanceJobCommand(Job, JobStep.Copying, JobStep.Draining).Encode());
        script.Ask(new AdvanceJobCommand(Job, JobStep.Draining, JobStep.Committed).Encode());
        return this;
    }

    /// <summary>The masters make the configuration, and both shards adopt it.</summary>
    public ScriptedMove Freeze()
    {
        Commit();
        script.Adopt(from);
        script.Adopt(to);
        return this;
    }

    /// <summary>The entry by which the destination serves what an answer has completed.</summary>
    public byte[] Serving(CopyArcsResult answer) =>
        new ServeArcsCommand(Job, Source.Group, Copy?.Pieces ?? 0, answer.Cursor, answer.LogTime, answer.ArcsHash, answer.ResultsHash).Encode();

    /// <summary>Copies the rest, and the destination serves.</summary>
    public ScriptedMove Serve()
    {
        TellOk(Destination, Serving(CopyAll()));
        script.Expect(Copy is null, $"{Destination.Group} serves what comes by job {Job}");
        return this;
    }

    /// <summary>The source drops everything, and the masters hear that both are done.</summary>
    public ScriptedMove Finish()
    {
        while (GroupReads.Moves(Source.State).Outgoing.Any(move => move.Job == Job))
            TellOk(Source, new DropArcsCommand(Job, Destination.Group).Encode());
        foreach (GroupId party in (GroupId[])[Source.Group, Destination.Group])
            script.Ask(new FinishMovesCommand(Job, party).Encode());
        return this;
    }

    /// <summary>The masters call it off, and both shards hear of that.</summary>
    public ScriptedMove Cancel()
    {
        script.Ask(new CancelJobCommand(Job).Encode());
        TellOk(Source, new EndMovesCommand(Job).Encode());
        TellOk(Destination, new EndMovesCommand(Job).Encode());
        while (Copy is not null)
            TellOk(Destination, new DiscardCopyCommand(Job, Source.Group).Encode());
        return this;
    }

    private void TellOk(GroupLog shard, byte[] command)
    {
        ClientReply reply = script.Tell(shard, command);
        script.Expect(reply.Status == ReplyStatus.Ok, $"{shard.Group} takes {(CommandKind)command[0]} of job {Job}: {Encoding.UTF8.GetString(reply.Payload.Span)}");
    }
}
