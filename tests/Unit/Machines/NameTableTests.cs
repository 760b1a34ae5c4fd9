using System.Runtime.CompilerServices;
using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Machines.Blocks;
using PaxosShard.Replica.Machines.Keys;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>Values found by name and by arc, beside a plain dictionary.</summary>
public sealed class NameTableTests
{
    private ByteStore _store = null!;
    private NameTable<int> _table = null!;

    [SetUp]
    public void SetUp()
    {
        _store = new ByteStore();
        _table = new NameTable<int>(_store);
    }

    [Test]
    public void Names_are_found_as_in_a_dictionary_however_they_come_and_go([Range(1, 5)] int seed)
    {
        Random random = new(seed);
        Dictionary<string, int> plain = [];
        for (int step = 0; step < 60_000; step++)
        {
            string name = $"{random.Next(step < 40_000 ? 20_000 : 5_000):x}";
            if (!plain.TryGetValue(name, out int value))
                Add(name, plain[name] = step);
            else if (random.Next(2) == 0)
                Find(name) = plain[name] = step;
            else if (plain.Remove(name))
                Assert.That(Remove(name), Is.EqualTo(value));
        }

        for (int number = 0; number < 20_000; number++)
            Assert.That(Contains($"{number:x}") ? Find($"{number:x}") : -1, Is.EqualTo(plain.GetValueOrDefault($"{number:x}", -1)));
    }

    [Test]
    public void Each_arc_has_its_names_and_no_others()
    {
        string[] names = [.. Enumerable.Range(0, 30_000).Select(static number => $"{number}")];
        foreach (string name in names)
            Add(name, int.Parse(name, null));

        foreach (IGrouping<Arc, string> ofArc in names.GroupBy(static name => Arc.OfHash(HashOf(name))))
        {
            Assert.That(_table.In(ofArc.Key).Select(found => (Encoding.UTF8.GetString(_store[found.Name]), found.Value)), Is.EquivalentTo(ofArc.Select(static name => (name, int.Parse(name, null)))));
            Assert.That(_table.CountIn(ofArc.Key), Is.EqualTo(ofArc.Count()));
        }
    }

    [Test]
    public void An_arc_that_was_cleared_is_empty_and_the_others_are_not()
    {
        string[] names = [.. Enumerable.Range(0, 10_000).Select(static number => $"{number}")];
        foreach (string name in names)
            Add(name, 1);
        Arc cleared = Arc.OfHash(HashOf(names[0]));

        _table.Clear(cleared);

        Assert.That(names.Where(Contains), Is.EqualTo(names.Where(name => Arc.OfHash(HashOf(name)) != cleared)));
        Assert.That(_table.CountIn(cleared), Is.Zero);
        Assert.That(_table.In(cleared), Is.Empty);
        Add(names[0], 2);
        Assert.That(Find(names[0]), Is.EqualTo(2));
    }

    [Test]
    public void What_is_taken_out_makes_space_for_what_comes()
    {
        byte[][] names = [.. Enumerable.Range(0, 5_000).Select(static number => Encoding.UTF8.GetBytes($"{number}"))];
        StoredBytes[] places = [.. names.Select(name => _store.Add(name))];
        foreach ((byte[] name, StoredBytes place) in names.Zip(places))
            _table.Add(StableHash64.Of(name), place, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int index = 0; index < names.Length; index++)
        {
            _table.Remove(StableHash64.Of(names[index]), names[index], out StoredBytes place, out _);
            _table.Add(StableHash64.Of(names[index]), place, 2);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1024));
        Assert.That(names.Select(name => _table.Find(StableHash64.Of(name), name)), Is.All.EqualTo(2));
    }

    private static ulong HashOf(string name) => StableHash64.Of(Encoding.UTF8.GetBytes(name));

    private void Add(string name, int value) => _table.Add(HashOf(name), _store.Add(Encoding.UTF8.GetBytes(name)), value);

    private bool Contains(string name) => _table.Contains(HashOf(name), Encoding.UTF8.GetBytes(name));

    private ref int Find(string name) => ref _table.Find(HashOf(name), Encoding.UTF8.GetBytes(name));

    private int Remove(string name)
    {
        Assert.That(_table.Remove(HashOf(name), Encoding.UTF8.GetBytes(name), out StoredBytes place, out int value));
        Assert.That(Encoding.UTF8.GetString(_store[place]), Is.EqualTo(name));
        _store.Remove(place);
        Assert.That(Unsafe.IsNullRef(ref Find(name)));
        return value;
    }
}
