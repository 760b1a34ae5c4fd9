using System.Runtime.CompilerServices;
using NUnit.Framework;
using PaxosShard.Wire.Primitives;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>Arrays that are used again once nobody has a piece of them, and not a moment sooner.</summary>
public sealed class RecycledArraysTests
{
    private const int ArrayBytes = 100_000;
    private const int MostSpare = 500;

    private int _collections;
    private RecycledArrays _arrays = null!;

    [SetUp]
    public void Begin()
    {
        _collections = 0;
        _arrays = new RecycledArrays(ArrayBytes, MostSpare, () => _collections++);
    }

    [Test]
    public void An_array_of_which_nobody_has_a_piece_is_used_again([Values(1, 2, 5)] int times)
    {
        for (int time = 0; time < times; time++)
        {
            FillAndForget(1);
            Collect();
        }

        Assert.That(_arrays.Spare, Is.EqualTo(1));
        Assert.That(_arrays.Take()[17], Is.EqualTo(99), "it is the same one, as it was left");
        Assert.That(_arrays.Spare, Is.Zero);
    }

    [Test]
    public void One_that_somebody_has_a_piece_of_is_nobody_elses()
    {
        ReadOnlyMemory<byte> piece = Copy(7);
        Collect();
        FillAndForget(20);
        Collect();
        FillAndForget(20);

        Assert.That(piece.Span.IndexOfAnyExcept((byte)7), Is.EqualTo(-1));
    }

    [TestCase(0, false)]
    [TestCase((ArrayBytes / 4) - 1, false)]
    [TestCase(ArrayBytes / 4, true)]
    [TestCase(ArrayBytes, true)]
    [TestCase(ArrayBytes + 1, false)]
    public void What_fills_an_array_is_copied_into_one(int length, bool isRecycled)
    {
        byte[] original = new byte[length];
        new Random(length).NextBytes(original);

        Assert.That(_arrays.Copy(original).Span.SequenceEqual(original));
        CopyAndForget(original);
        Collect();

        Assert.That(_arrays.Spare, isRecycled ? Is.Positive : Is.Zero);
    }

    [Test]
    public void No_more_than_the_most_are_spare()
    {
        FillAndForget(MostSpare + 100);
        Collect();

        Assert.That(_arrays.Spare, Is.EqualTo(MostSpare));
    }

    [Test]
    public void What_nobody_needs_for_long_is_given_up_by_halves()
    {
        FillAndForget(400);
        Collect();
        Assert.That(_arrays.Spare, Is.EqualTo(400));

        List<int> spare = [];
        for (int look = 0; look < 3; look++)
        {
            for (int taken = 0; taken < 1024; taken++)
            {
                FillAndForget(1);
                if (taken % 64 == 63)
                    Collect();
            }

            Collect();
            spare.Add(_arrays.Spare);
        }

        Assert.That(spare[0], Is.EqualTo(400), "it was not known that they would not be needed");
        Assert.That(spare[1], Is.EqualTo(400 - ((400 - 64) / 2)), "64 were needed, and half of the others are gone");
        Assert.That(spare[2], Is.EqualTo(232 - ((232 - 64) / 2)));
    }

    [Test]
    public void The_collector_looks_once_many_had_to_be_made_and_never_while_there_are_spare_ones()
    {
        FillAndForget(RecycledArrays.MadeBetweenCollections - 1);
        Assert.That(_collections, Is.Zero);
        FillAndForget(1);
        Assert.That(_collections, Is.EqualTo(1));
        Collect();

        FillAndForget(RecycledArrays.MadeBetweenCollections);
        Assert.That(_collections, Is.EqualTo(1));
        FillAndForget(RecycledArrays.MadeBetweenCollections);
        Assert.That(_collections, Is.EqualTo(2));
    }

    [Test]
    public void Many_threads_get_an_array_each()
    {
        FillAndForget(64);
        Collect();

        byte[][] taken = new byte[256][];
        Parallel.For(0, taken.Length, index => taken[index] = _arrays.Take());

        Assert.That(taken.Distinct<object>(ReferenceEqualityComparer.Instance).Count(), Is.EqualTo(taken.Length));
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FillAndForget(int count)
    {
        byte[][] taken = new byte[count][];
        for (int index = 0; index < count; index++)
        {
            taken[index] = _arrays.Take();
            taken[index].AsSpan().Fill(99);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOnlyMemory<byte> Copy(byte value)
    {
        byte[] original = new byte[ArrayBytes];
        original.AsSpan().Fill(value);
        return _arrays.Copy(original)[100..200];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CopyAndForget(byte[] original) => _arrays.Copy(original);
}
