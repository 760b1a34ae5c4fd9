using System.Runtime.InteropServices;
using NUnit.Framework;
using PaxosShard.Replica.Core.Snapshots;

namespace PaxosShard.Tests.Unit.Core.Snapshots;

/// <summary>The memory of pieces that are on their way to the disk.</summary>
public sealed class PieceBuffersTests
{
    private readonly PieceBuffers _buffers = new(2);

    [Test]
    public void Pieces_that_are_on_their_way_stay_as_they_are()
    {
        ReadOnlyMemory<byte>[] kept = [.. Enumerable.Range(0, 20).Select(number => _buffers.Keep(Piece(number)))];

        for (int number = 0; number < kept.Length; number++)
            Assert.That(kept[number].ToArray(), Is.EqualTo(Piece(number)));
    }

    [Test]
    public void A_piece_is_made_where_one_was_that_has_come_back()
    {
        ReadOnlyMemory<byte> first = _buffers.Keep(Piece(1));
        _buffers.Return(first);
        ReadOnlyMemory<byte> second = _buffers.Keep(Piece(2));

        Assert.That(ArrayOf(second), Is.SameAs(ArrayOf(first)));
        Assert.That(second.ToArray(), Is.EqualTo(Piece(2)));
    }

    [Test]
    public void One_that_is_longer_than_what_has_come_back_gets_memory_of_its_own()
    {
        _buffers.Return(_buffers.Keep(Piece(1)));
        byte[] longer = new byte[200_000];

        Assert.That(_buffers.Keep(longer).ToArray(), Is.EqualTo(longer));
    }

    [Test]
    public void What_comes_back_twice_or_was_forgotten_or_is_of_somebody_else_is_used_by_nobody()
    {
        ReadOnlyMemory<byte> twice = _buffers.Keep(Piece(1));
        _buffers.Return(twice);
        _buffers.Return(twice);
        byte[] others = Piece(2);
        _buffers.Return(others);
        ReadOnlyMemory<byte> forgotten = _buffers.Keep(Piece(3));
        _buffers.Forget();
        _buffers.Return(forgotten);
        ReadOnlyMemory<byte>[] kept = [_buffers.Keep(Piece(4)), _buffers.Keep(Piece(5))];

        Assert.That(kept.Select(ArrayOf), Is.Unique);
        Assert.That(kept.Select(ArrayOf), Has.None.SameAs(others).And.None.SameAs(ArrayOf(forgotten)));
        Assert.That(forgotten.ToArray(), Is.EqualTo(Piece(3)));
    }

    [Test]
    public void No_more_than_a_few_are_kept()
    {
        ReadOnlyMemory<byte>[] kept = [.. Enumerable.Range(0, 5).Select(number => _buffers.Keep(Piece(number)))];
        foreach (ReadOnlyMemory<byte> piece in kept)
            _buffers.Return(piece);
        byte[][] again = [.. Enumerable.Range(0, 5).Select(number => ArrayOf(_buffers.Keep(Piece(number))))];

        Assert.That(again.Intersect(kept.Select(ArrayOf)).Count(), Is.EqualTo(2));
    }

    private static byte[] Piece(int number) => [.. Enumerable.Repeat((byte)number, 1000 + number)];

    private static byte[] ArrayOf(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> segment) ? segment.Array! : [];
}
