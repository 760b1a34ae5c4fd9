using System.Text;
using NUnit.Framework;
using PaxosShard.Replica.Machines.Arcs;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>What has changed behind a slot: each name once, where it changed last, and nothing is passed over by whoever goes on from the last answer.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ChangedNamesTests
{
    private readonly ChangedNames _names = new();

    [Test]
    public void Nothing_has_changed_at_first() => Assert.That(Find(0), Is.Empty);

    [Test]
    public void A_name_stands_where_it_changed_last()
    {
        Note(1, "a");
        Note(2, "b");
        Note(3, "a");

        Assert.That(Find(0), Is.EqualTo((string[])["2 key b", "3 key a"]));
        Assert.That(Find(2), Is.EqualTo((string[])["3 key a"]));
        Assert.That(Find(3), Is.Empty);
        Assert.That((_names.Count, _names.Bytes), Is.EqualTo((2, 2 * (1 + ChangedNames.BytesPerName))));
    }

    [Test]
    public void A_room_and_a_key_of_the_same_name_are_two()
    {
        Note(1, "a");
        _names.Note(new Slot(1), isRoom: true, "a"u8);

        Assert.That(Find(0), Is.EqualTo((string[])["1 key a", "1 room a"]));
    }

    [Test]
    public void An_answer_ends_with_a_slot_and_not_within_it()
    {
        Note(1, "aaaa");
        Note(1, "bbbb");
        Note(2, "cccc");
        Note(3, "dddd");

        Assert.That(Find(0, out bool areMore, wantedBytes: 1), Is.EqualTo((string[])["1 key aaaa", "1 key bbbb"]));
        Assert.That(areMore, Is.True);
        Assert.That(Find(1, out areMore, wantedBytes: 5), Is.EqualTo((string[])["2 key cccc", "3 key dddd"]));
        Assert.That(areMore, Is.False);
    }

    [Test]
    public void Names_that_change_again_and_again_take_no_more_space()
    {
        for (int slot = 1; slot <= 100_000; slot++)
            Note(slot, $"k{slot % 10}");

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
        int slot = 0;
        Slot reached = Slot.Zero;
        for (int round = 0; round < 300; round++)
        {
            for (int changes = round < 299 ? random.Next(12) : 0; changes > 0; changes--)
            {
                slot += random.Next(2);
                bool isRoom = random.Next(2) == 0;
                string name = $"n{random.Next(40)}";
                _names.Note(new Slot(slot + 1), isRoom, Encoding.UTF8.GetBytes(name));
                string thing = $"{isRoom} {name}";
                written[thing] = written.GetValueOrDefault(thing) + 1;
            }

            // What is answered is executed state: no more is written in a slot of it.
            slot++;
            bool areMore = true;
            for (int answers = round < 299 ? random.Next(3) : int.MaxValue; answers > 0 && areMore; answers--)
            {
                List<ChangedName> found = [];
                areMore = _names.Find(reached, 1 + random.Next(20), found);
                foreach (ChangedName change in found)
                {
                    string thing = $"{change.IsRoom} {Encoding.UTF8.GetString(change.Name)}";
                    copied[thing] = written[thing];
                    Assert.That(change.Slot, Is.GreaterThan(reached));
                }

                reached = found.Count > 0 ? found[^1].Slot : reached;
            }
        }

        Assert.That(copied, Is.EquivalentTo(written));
        Assert.That(_names.Count, Is.EqualTo(written.Count));
    }

    private void Note(int slot, string name) => _names.Note(new Slot(slot), isRoom: false, Encoding.UTF8.GetBytes(name));

    private string[] Find(int after) => Find(after, out _);

    private string[] Find(int after, out bool areMore, int wantedBytes = int.MaxValue)
    {
        List<ChangedName> found = [];
        areMore = _names.Find(new Slot(after), wantedBytes, found);
        return [.. found.Select(static change => $"{change.Slot.Number} {(change.IsRoom ? "room" : "key")} {Encoding.UTF8.GetString(change.Name)}")];
    }
}
