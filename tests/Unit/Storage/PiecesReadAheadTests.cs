using NUnit.Framework;
using PaxosShard.Replica.Node.Storage.Snapshots;

namespace PaxosShard.Tests.Unit.Storage;

/// <summary>Pieces are read ahead on a thread of their own: in their order, with their failure, and no further than anybody wants.</summary>
[TestFixture]
internal sealed class PiecesReadAheadTests
{
    [Test]
    public void All_come_in_their_order()
    {
        byte[][] pieces = [.. Enumerable.Range(0, 100).Select(number => new[] { (byte)number })];

        IEnumerable<byte> read = PiecesReadAhead.Of(pieces.Select(static piece => new ReadOnlyMemory<byte>(piece))).Select(static piece => piece.Span[0]);

        Assert.That(read, Is.EqualTo(pieces.Select(static piece => piece[0])));
    }

    [Test]
    public void A_failure_comes_behind_the_pieces_before_it()
    {
        List<byte> taken = [];

        Assert.That(() => TakeAll(PiecesReadAhead.Of(Failing()), taken), Throws.InvalidOperationException);

        Assert.That(taken, Is.EqualTo(new byte[] { 1, 2 }));
    }

    [Test]
    public void Who_wants_no_more_ends_the_reading()
    {
        bool hasEnded = false;

        ReadOnlyMemory<byte> first = PiecesReadAhead.Of(Endless(() => hasEnded = true)).First();

        Assert.That(first.Length, Is.EqualTo(1));
        Assert.That(hasEnded, Is.True);
    }

    private static void TakeAll(IEnumerable<ReadOnlyMemory<byte>> pieces, List<byte> taken)
    {
        foreach (ReadOnlyMemory<byte> piece in pieces)
            taken.Add(piece.Span[0]);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Failing()
    {
        yield return new byte[] { 1 };
        yield return new byte[] { 2 };
        throw new InvalidOperationException("the third is not there");
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Endless(Action onEnd)
    {
        try
        {
            while (true)
                yield return new byte[] { 1 };
        }
        finally
        {
            onEnd();
        }
    }
}
