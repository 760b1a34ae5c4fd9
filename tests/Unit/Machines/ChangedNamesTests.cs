using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Machines.Arcs;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>What has changed behind a number: each name once, where it changed last, and nothing is passed over by whoever goes on from the last answer.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ChangedNamesTests
{
    private readonly ChangedNames _names = new();

    [Test]
    public void Nothing_has_changed_at_first() => Assert.That(Find(0), Is.Empty);

    [Test]
    public void A_name_stands_where_it_changed_last()
    {
        Note("a");
        Note("b");
        Note("a");

        Assert.That(Find(0), Is.EqualTo((string[])["2 key b", "3 key a"]));
        Assert.That(Find(2), Is.EqualTo((string[])["3 key a"]));
        Assert.That(Find(3), Is.Empty);
        Assert.That((_names.Count, _names.Last, _names.Bytes), Is.EqualTo((2, 3L, 2 * (1 + ChangedNames.BytesPerName))));
    }

    [Test]
    public void A_room_and_a_key_of_the_same_name_are_two()
    {
        Note("a");
        _names.Note(isRoom: true, "a"u8);

        Assert.That(Find(0), Is.EqualTo((string[])["1 key a", "2 room a"]));
    }

    [Test]
    public void An_answer_has_as_many_as_were_asked_for()
    {
        foreach (string name in (string[])["a", "b", "c"])
            Note(name);

        Assert.That(Find(0, out bool areMore, most: 2), Is.EqualTo((string[])["1 key a", "2 key b"]));
        Assert.That(areMore, Is.True);
        Assert.That(Find(2, out areMore, most: 2), Is.EqualTo((string[])["3 key c"]));
        Assert.That(areMore, Is.False);
    }

    [Test]
    public void What_was_copied_goes_on_as_the_one_it_was_copied_from()
    {
        foreach (string name in (string[])["a", "b", "a", "c", "b"])
            Note(name);
        ChangedName[] before = _names.Copy();
        ChangedNames copy = new();
        foreach (ChangedName change in before)
            copy.Restore(in change);
        Note("d");
        copy.Note(isRoom: false, "d"u8);

        Assert.That(copy.Copy(), Is.EqualTo(_names.Copy()).Using<ChangedName>(static (left, right) => (left.Number, left.IsRoom) == (right.Number, right.IsRoom) && left.Name.AsSpan().SequenceEqual(right.Name)));
        Assert.That(before.Select(static change => change.Number), Is.EqualTo((long[])[3, 4, 5]));
        Assert.That((copy.Bytes, copy.Last), Is.EqualTo((_names.Bytes, _names.Last)));
    }

    [Test]
    public void Names_that_change_again_and_again_take_no_more_space()
    {
        for (int change = 1; change <= 100_000; change++)
            Note($"k{change % 10}");

        Assert.That((_names.Count, _names.Bytes), Is.EqualTo((10, 10 * (2 + ChangedNames.BytesPerName))));
        Assert.That(_names.Places, Is.LessThan(200));
    }

    [Test]
    public void Whoever_goes_on_from_the_last_answer_ends_with_everything_as_it_is([Range(1, 30)] int seed)
    {
        // One writes versions, one copies what the answers name, as it is when the answer comes; in between answers, more is written.
        Random random = new(seed);
        Dictionary<string, int> written = new(StringComparer.Ordinal);
        Dictionary<string, int> copied = new(StringComparer.Ordinal);
        long reached = 0;
        for (int round = 0; round < 300; round++)
        {
            for (int changes = round < 299 ? random.Next(12) : 0; changes > 0; changes--)
            {
                bool isRoom = random.Next(2) == 0;
                string name = $"n{random.Next(40)}";
                _names.Note(isRoom, Encoding.UTF8.GetBytes(name));
                string thing = $"{isRoom} {name}";
                written[thing] = written.GetValueOrDefault(thing) + 1;
            }

            bool areMore = true;
            for (int answers = round < 299 ? random.Next(3) : int.MaxValue; answers > 0 && areMore; answers--)
            {
                List<ChangedName> found = [];
                areMore = _names.Find(reached, 1 + random.Next(20), found);
                foreach (ChangedName change in found)
                {
                    string thing = $"{change.IsRoom} {Encoding.UTF8.GetString(change.Name)}";
                    copied[thing] = written[thing];
                    Assert.That(change.Number, Is.GreaterThan(reached));
                }

                reached = found.Count > 0 ? found[^1].Number : reached;
            }
        }

        Assert.That(copied, Is.EquivalentTo(written));
        Assert.That(_names.Count, Is.EqualTo(written.Count));
    }

    private void Note(string name) => _names.Note(isRoom: false, Encoding.UTF8.GetBytes(name));

    private string[] Find(long after) => Find(after, out _);

    private string[] Find(long after, out bool areMore, int most = int.MaxValue)
    {
        List<ChangedName> found = [];
        areMore = _names.Find(after, most, found);
        return [.. found.Select(static change => $"{change.Number} {(change.IsRoom ? "room" : "key")} {Encoding.UTF8.GetString(change.Name)}")];
    }
}
