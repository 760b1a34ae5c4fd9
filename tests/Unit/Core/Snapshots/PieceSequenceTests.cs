using NUnit.Framework;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Wire;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

/// <summary>The pieces of any import: each in its turn, and none after a refusal or behind the last one.</summary>
[TestFixture]
internal sealed class PieceSequenceTests
{
    private const byte Last = 9;

    private PieceSequence _pieces = null!;

    [SetUp]
    public void Begin() => _pieces = new PieceSequence("book");

    [Test]
    public void Pieces_are_taken_in_the_order_of_their_numbers_up_to_the_last_one()
    {
        Assert.That(Add(1, 0), Is.False);
        Assert.That(Add(1, 1), Is.False);
        Assert.That(Add(Last, 2), Is.True);

        Assert.That((_pieces.Taken, _pieces.IsComplete), Is.EqualTo((3L, true)));
        Assert.That(() => Add(1, 3), Throws.TypeOf<WireFormatException>().With.Message.EqualTo("piece 3 of the book: the one before it was the last"));
        Assert.That(_pieces.IsComplete, "what was taken stays whole");
    }

    [Test]
    public void A_refusal_names_the_piece_and_the_reason_and_is_final()
    {
        Add(1, 0);

        Assert.That(() => Add(1, 2), Throws.TypeOf<WireFormatException>().With.Message.EqualTo("piece 1 of the book: it has the number 2"));
        Assert.That(() => Add(1, 1), Throws.TypeOf<WireFormatException>().With.Message.EqualTo("piece 1 of the book: one before it was refused"));
        Assert.That((_pieces.Taken, _pieces.IsComplete), Is.EqualTo((1L, false)));
    }

    private bool Add(byte kind, byte number) => _pieces.Add([kind, 0, 0, 0, 0, 0, 0, 0, number], Take);

    private bool Take(scoped ReadOnlySpan<byte> piece)
    {
        WireReader reader = new(piece);
        return _pieces.ReadHeader(ref reader) == Last;
    }
}
