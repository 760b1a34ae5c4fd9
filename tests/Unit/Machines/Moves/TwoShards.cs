using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Tests.Unit.Hashing;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;

namespace PaxosShard.Tests.Unit.Machines.Moves;

/// <summary>Shards 1 and 2 in configuration 1, and job 2, which moves three arcs of the first one to the second one. The steps of a move, in a line each.</summary>
internal sealed class TwoShards
{
    /// <summary>The job.</summary>
    public const long Job = 2;

    /// <summary>Shards 1 and 2.</summary>
    /// <param name="retention">How much of each room both keep.</param>
    /// <param name="destinationBytes">Most bytes of the state of shard 2.</param>
    public TwoShards(RoomRetention retention = default, long destinationBytes = ShardMachine.DefaultStateBytes)
    {
        Source = new MovingShard(new GroupId(1), retention);
        Destination = new MovingShard(new GroupId(2), retention, destinationBytes);
        Source.Adopt(First);
        Destination.Adopt(First);
    }

    /// <summary>Before the move.</summary>
    public static Configuration First { get; } = SampleShards.FirstOf(1, 2);

    /// <summary>The arcs that move.</summary>
    public static IReadOnlyList<int> MovingArcs { get; } = [.. First.ArcsOf(new GroupId(1)).Take(3).Select(static arc => arc.Number)];

    /// <summary>After the move.</summary>
    public static Configuration Second { get; } = SampleShards.Moved(First, new GroupId(2), [.. MovingArcs]);

    /// <summary>Gives arcs.</summary>
    public MovingShard Source { get; }

    /// <summary>Gets arcs.</summary>
    public MovingShard Destination { get; }

    /// <summary>A name in an arc that moves; another one for each number.</summary>
    public static string Moving(int number) => NameIn(number, static arc => MovingArcs.Contains(arc));

    /// <summary>A name in an arc of shard 1 that stays.</summary>
    public static string Staying(int number) => NameIn(number, static arc => !MovingArcs.Contains(arc) && First.OwnerOf(new Arc(arc)).Number == 1);

    /// <summary>The job begins at both.</summary>
    public void Start(long job = Job)
    {
        byte[] start = new StartMovesCommand(1, job, [new ArcTransfer(Source.Group, Destination.Group, MovingArcs)]).Encode();
        Assert.That(Source.Tell(start).Status, Is.EqualTo(ReplyStatus.Ok));
        Assert.That(Destination.Tell(start).Status, Is.EqualTo(ReplyStatus.Ok));
    }

    /// <summary>One question and the piece that comes of it.</summary>
    /// <returns>The answer.</returns>
    public CopyArcsResult CopyOnce(long job = Job)
    {
        IncomingMoveState move = Destination.Moves.Incoming.Single();
        CopyArcsResult answer = Source.Copy(job, Destination.Group, move.Cursor);
        if (!answer.Piece.IsEmpty)
            Assert.That(Destination.Tell(Import(move, answer)).Status, Is.EqualTo(ReplyStatus.Ok));
        return answer;
    }

    /// <summary>Copies until nothing is left.</summary>
    public CopyArcsResult Copy()
    {
        for (int pieces = 0; pieces < 10_000; pieces++)
        {
            CopyArcsResult answer = CopyOnce();
            if (answer.IsComplete || (answer.Piece.IsEmpty && answer.IsWalkOver))
                return answer;
        }

        throw new AssertionException("copying has no end");
    }

    /// <summary>Both adopt the next configuration.</summary>
    public void Commit()
    {
        Source.Adopt(Second);
        Destination.Adopt(Second);
    }

    /// <summary>Copies the rest, serves and drops.</summary>
    public void Finish()
    {
        Serve(Copy());
        while (Source.Moves.Outgoing.Count > 0)
            Source.Tell(new DropArcsCommand(Job, Destination.Group).Encode());
    }

    /// <summary>The destination is told to serve what an answer completed.</summary>
    public void Serve(CopyArcsResult answer)
    {
        Assert.That(answer.IsComplete, Is.True);
        IncomingMoveState move = Destination.Moves.Incoming.Single();
        Destination.Tell(new ServeArcsCommand(Job, Source.Group, move.Pieces, move.Cursor, answer.LogTime, answer.ArcsHash, answer.ResultsHash).Encode());
    }

    /// <summary>The entry that brings an answer to the destination.</summary>
    public byte[] Import(IncomingMoveState move, CopyArcsResult answer) => new ImportPieceCommand(move.Job, Source.Group, move.Pieces, answer.Cursor, answer.Piece).Encode();

    private static string NameIn(int number, Predicate<int> isWanted)
    {
        for (int attempt = 0; ; attempt++)
        {
            string name = $"{number}-{attempt}";
            if (isWanted(Arc.Of(System.Text.Encoding.UTF8.GetBytes(name)).Number))
                return name;
        }
    }
}
