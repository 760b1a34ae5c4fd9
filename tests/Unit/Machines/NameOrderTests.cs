using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Machines;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>Names in order, added and taken out at random, beside a plain sorted set.</summary>
public sealed class NameOrderTests
{
    [Test]
    public void The_order_is_that_of_a_plain_sort_however_names_come_and_go([Range(1, 5)] int seed)
    {
        Random random = new(seed);
        NameOrder<byte[]> order = new(static name => name);
        SortedSet<string> names = new(StringComparer.Ordinal);
        for (int step = 0; step < 6000; step++)
        {
            string name = $"{random.Next(step < 4000 ? 10_000 : 3000):x}";
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            if (names.Add(name))
                order.Add(bytes);
            else if (names.Remove(name))
                order.Remove(bytes);
        }

        foreach (string from in names.Prepend("").Append("~").Where((_, index) => index % 50 == 0))
        {
            NamePlace place = order.Behind(Encoding.UTF8.GetBytes(from));
            string[] expected = [.. names.Where(name => string.CompareOrdinal(name, from) > 0)];
            Assert.That(order.From(place).Select(Encoding.UTF8.GetString), Is.EqualTo(expected));
            Assert.That(order.CountBefore(place), Is.EqualTo(order.Count - expected.Length));
        }
    }

    [Test]
    public void All_can_be_taken_out_and_others_added_afterwards()
    {
        NameOrder<byte[]> order = new(static name => name);
        byte[][] names = [.. Enumerable.Range(0, 3000).Select(static number => Encoding.UTF8.GetBytes($"{number:d5}"))];
        foreach (byte[] name in names)
            order.Add(name);

        foreach (byte[] name in names)
            order.Remove(name);
        order.Add("b"u8.ToArray());
        order.Add("a"u8.ToArray());

        Assert.That(order.From(order.Behind([])).Select(Encoding.UTF8.GetString), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void What_is_left_of_many_does_not_keep_the_blocks_of_all()
    {
        NameOrder<byte[]> order = new(static name => name);
        byte[][] names = [.. Enumerable.Range(0, 100_000).Select(static number => Encoding.UTF8.GetBytes($"{number:d6}"))];
        foreach (byte[] name in names)
            order.Add(name);

        foreach (byte[] name in names.Where(static (_, index) => index % 250 != 0))
            order.Remove(name);

        Assert.That(order.Blocks, Is.LessThan(30), "400 names are left, of 400 blocks");
        Assert.That(order.From(order.Behind([])), Is.EqualTo(names.Where(static (_, index) => index % 250 == 0)));
    }
}
