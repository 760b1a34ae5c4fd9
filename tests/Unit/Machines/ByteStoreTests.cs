using NUnit.Framework;
using PaxosShard.Replica.Machines.Blocks;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>What is put into blocks comes back, whatever is taken out around it, and memory comes back too.</summary>
public sealed class ByteStoreTests
{
    private const int Block = 1024 * 1024;

    [Test]
    public void What_was_put_in_is_there_whatever_comes_and_goes_around_it([Range(1, 5)] int seed)
    {
        Random random = new(seed);
        ByteStore store = new();
        List<(StoredBytes Place, byte[] Bytes)> stored = [];
        for (int step = 0; step < 20_000; step++)
        {
            if (stored.Count > 0 && random.Next(100) < (step < 15_000 ? 45 : 60))
            {
                int index = random.Next(stored.Count);
                Assert.That(store[stored[index].Place].SequenceEqual(stored[index].Bytes), $"step {step}");
                store.Remove(stored[index].Place);
                stored[index] = stored[^1];
                stored.RemoveAt(stored.Count - 1);
                continue;
            }

            byte[] bytes = new byte[random.Next(50) == 0 ? random.Next(400_000) : random.Next(2000)];
            random.NextBytes(bytes);
            stored.Add((store.Add(bytes), bytes));
        }

        foreach ((StoredBytes place, byte[] bytes) in stored)
            Assert.That(store[place].SequenceEqual(bytes));
    }

    [Test]
    public void Memory_comes_back_when_everything_is_taken_out()
    {
        ByteStore store = new();
        StoredBytes[] places = [.. Enumerable.Range(0, 20_000).Select(number => store.Add(new byte[number % 700]))];
        Assert.That(store.BlockBytes, Is.GreaterThan(5 * Block));

        foreach (StoredBytes place in places)
            store.Remove(place);

        Assert.That(store.BlockBytes, Is.Zero);
    }

    [Test]
    public void Overwriting_for_ever_takes_no_more_memory_than_the_first_time()
    {
        ByteStore store = new();
        StoredBytes[] places = [.. Enumerable.Range(0, 5000).Select(_ => store.Add(new byte[100]))];
        long first = store.BlockBytes;

        for (int step = 0; step < 200_000; step++)
        {
            store.Remove(places[step % places.Length]);
            places[step % places.Length] = store.Add(new byte[100]);
        }

        Assert.That(store.BlockBytes, Is.EqualTo(first));
    }

    [Test]
    public void A_place_is_large_enough_and_at_most_a_quarter_larger()
    {
        for (int length = 1; length <= Block / 4; length++)
        {
            int place = PlaceSize.LengthOf(PlaceSize.ClassOf(length));
            Assert.That(place, Is.GreaterThanOrEqualTo(length));
            Assert.That(place, Is.LessThan(Math.Max(length + 16, length * 5 / 4 + 1)), $"for {length}");
        }
    }

    [Test]
    public void Nothing_takes_no_place()
    {
        ByteStore store = new();

        StoredBytes nothing = store.Add([]);

        Assert.That(store[nothing].Length, Is.Zero);
        store.Remove(nothing);
        Assert.That(store.BlockBytes, Is.Zero);
    }

    [Test]
    public void Two_pieces_stand_one_behind_the_other_also_when_the_first_is_in_the_store()
    {
        ByteStore store = new();
        StoredBytes first = store.Add("hello, "u8);

        StoredBytes both = store.Add(store[first], "world"u8);

        Assert.That(store[both].SequenceEqual("hello, world"u8));
        Assert.That(store[first].SequenceEqual("hello, "u8));
    }
}
