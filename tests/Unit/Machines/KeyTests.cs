using System.Text;
using NUnit.Framework;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>What the commands on keys do, one by one and beside a plain dictionary.</summary>
public sealed class KeyTests
{
    private ShardMachine _machine = null!;

    [SetUp]
    public void StartEmpty() => _machine = new ShardMachine();

    [Test]
    public void A_key_that_was_put_is_found_and_one_that_was_deleted_is_missing()
    {
        Assert.That(Get("k"), Is.EqualTo("Missing"));
        Assert.That(Run(KeyCommand.Put(Bytes("k"), Bytes("v"))), Is.EqualTo("Done"));
        Assert.That(Get("k"), Is.EqualTo("Done v"));
        Assert.That(Run(KeyCommand.Put(Bytes("k"), Bytes("longer than before"))), Is.EqualTo("Done"));
        Assert.That(Get("k"), Is.EqualTo("Done longer than before"));
        Assert.That(Run(KeyCommand.Delete(Bytes("k"))), Is.EqualTo("Done"));
        Assert.That(Run(KeyCommand.Delete(Bytes("k"))), Is.EqualTo("Missing"));
        Assert.That(Get("k"), Is.EqualTo("Missing"));
    }

    [Test]
    public void Appending_makes_a_key_and_then_goes_on_behind_it()
    {
        Assert.That(Run(KeyCommand.Append(Bytes("k"), Bytes("a"))), Is.EqualTo("Done"));
        Assert.That(Run(KeyCommand.Append(Bytes("k"), Bytes("b"))), Is.EqualTo("Done"));
        Assert.That(Get("k"), Is.EqualTo("Done ab"));
    }

    [Test]
    public void Compare_and_set_changes_only_what_is_as_expected()
    {
        Assert.That(Run(KeyCommand.CompareAndSet(Bytes("k"), Bytes("a"), Bytes("b"))), Is.EqualTo("Missing"));
        Assert.That(Run(KeyCommand.CompareAndSet(Bytes("k"), null, Bytes("a"))), Is.EqualTo("Done"));
        Assert.That(Run(KeyCommand.CompareAndSet(Bytes("k"), null, Bytes("b"))), Is.EqualTo("Mismatch a"));
        Assert.That(Run(KeyCommand.CompareAndSet(Bytes("k"), Bytes("A"), Bytes("b"))), Is.EqualTo("Mismatch a"));
        Assert.That(Get("k"), Is.EqualTo("Done a"));
        Assert.That(Run(KeyCommand.CompareAndSet(Bytes("k"), Bytes("a"), Bytes("b"))), Is.EqualTo("Done"));
        Assert.That(Get("k"), Is.EqualTo("Done b"));
    }

    [Test]
    public void An_empty_value_is_a_value()
    {
        Run(KeyCommand.Put(Bytes("k"), default));

        Assert.That(Get("k"), Is.EqualTo("Done"));
        Assert.That(Run(KeyCommand.CompareAndSet(Bytes("k"), null, Bytes("a"))), Is.EqualTo("Mismatch"));
        Assert.That(Run(KeyCommand.CompareAndSet(Bytes("k"), Array.Empty<byte>(), Bytes("a"))), Is.EqualTo("Done"));
    }

    [Test]
    public void Keys_and_values_of_the_longest_length_are_taken_and_longer_ones_rejected()
    {
        byte[] key = new byte[Limits.KeyName];
        byte[] value = new byte[Limits.Value];

        Assert.That(Run(KeyCommand.Put(key, value)), Is.EqualTo("Done"));
        Assert.That(Run(KeyCommand.CompareAndSet(key, value, value)), Is.EqualTo("Done"));
        Assert.That(Run(KeyCommand.Put(new byte[Limits.KeyName + 1], value)), Is.EqualTo("Rejected: the key is longer than 1024 bytes"));
        Assert.That(Run(KeyCommand.Put(key, new byte[Limits.Value + 1])), Is.EqualTo("Rejected: the value is longer than 1048576 bytes"));
        Assert.That(Run(KeyCommand.Append(key, new byte[1])), Is.EqualTo("Rejected: the value is longer than 1048576 bytes"));
        Assert.That(Run(KeyCommand.CompareAndSet(key, new byte[Limits.Value + 1], value)), Is.EqualTo("Rejected: the value is longer than 1048576 bytes"));
        Assert.That(Run(KeyCommand.Put(default, value)), Is.EqualTo("Rejected: the key is empty"));
        Assert.That(Answer(_machine.Read(KeyCommand.Get(default).Encode())), Is.EqualTo("Rejected: the key is empty"));
        Assert.That(_machine.Keys.Count, Is.EqualTo(1));
    }

    [Test]
    public void A_full_state_takes_nothing_that_makes_it_larger_and_everything_else()
    {
        _machine = new ShardMachine(stateBytes: 2 * 128 + 20);
        const string full = "Rejected: the state is full: nothing that makes it larger is taken; deletes and shorter values go on";
        Assert.That(Run(KeyCommand.Put(Bytes("a"), Bytes("123456789"))), Is.EqualTo("Done"));
        Assert.That(Run(KeyCommand.Put(Bytes("b"), Bytes("123456789"))), Is.EqualTo("Done"));

        Assert.That(Run(KeyCommand.Put(Bytes("c"), default)), Is.EqualTo(full));
        Assert.That(Run(KeyCommand.Put(Bytes("a"), Bytes("1234567890"))), Is.EqualTo(full));
        Assert.That(Run(KeyCommand.Append(Bytes("a"), Bytes("0"))), Is.EqualTo(full));
        Assert.That(Run(KeyCommand.CompareAndSet(Bytes("a"), Bytes("123456789"), Bytes("1234567890"))), Is.EqualTo(full));
        Assert.That(Run(KeyCommand.Put(Bytes("a"), Bytes("987654321"))), Is.EqualTo("Done"));
        Assert.That(Run(KeyCommand.Delete(Bytes("b"))), Is.EqualTo("Done"));
        Assert.That(Run(KeyCommand.Put(Bytes("c"), default)), Is.EqualTo("Done"));
        Assert.That(_machine.Keys.Bytes, Is.EqualTo((2 * 128) + 11));
    }

    [Test]
    public void Keys_are_listed_by_prefix_in_the_order_of_their_bytes_page_by_page()
    {
        byte[][] keys = [.. Enumerable.Range(0, 3000).Select(static number => Bytes($"user/{number * 7919 % 3000:d4}"))];
        foreach (byte[] key in (byte[][])[.. keys, Bytes("user"), Bytes("usher"), Bytes("a"), [0], [255, 255]])
            Run(KeyCommand.Put(key, key));

        List<string> listed = [];
        ListKeysResult page;
        do
        {
            page = List("user/", listed.Count == 0 ? "" : listed[^1], 1000);
            Assert.That(page.Keys.Select(static key => key.ValueLength), Is.All.EqualTo("user/0000".Length));
            listed.AddRange(page.Keys.Select(static key => Encoding.UTF8.GetString(key.Key.Span)));
        }
        while (page.HasMore);

        Assert.That(listed, Is.EqualTo(Enumerable.Range(0, 3000).Select(static number => $"user/{number:d4}")));
        Assert.That(List("user", "", 1).Keys[0].Key.Length, Is.EqualTo(4), "the prefix itself is a key too");
        Assert.That(List("user/", "a", 1).Keys[0].Key.ToArray(), Is.EqualTo(Bytes("user/0000")));
        Assert.That(List("user/", "user/2999", 1).Keys, Is.Empty);
        Assert.That(List("user/", "v", 1).Keys, Is.Empty);
        Assert.That(List("", "", 0), Has.Property(nameof(ListKeysResult.HasMore)).True);
    }

    [Test]
    public void A_page_of_long_keys_is_cut_by_its_bytes()
    {
        for (int number = 0; number < 300; number++)
            Run(KeyCommand.Put(Bytes($"{number:d4}{new string('k', 1000)}"), default));

        ListKeysResult page = List("", "", int.MaxValue);

        Assert.That(page.HasMore);
        Assert.That(page.Encode(), Has.Length.LessThanOrEqualTo(256 * 1024));
        Assert.That(List("", Encoding.UTF8.GetString(page.Keys[^1].Key.Span), int.MaxValue).Keys, Has.Count.EqualTo(300 - page.Keys.Count));
    }

    [Test]
    public void The_table_does_what_a_plain_dictionary_does([Range(1, 10)] int seed)
    {
        Random random = new(seed);
        SortedDictionary<string, string> plain = new(StringComparer.Ordinal);
        for (int step = 0; step < 3000; step++)
        {
            string key = $"{random.Next(200)}";
            string value = new((char)random.Next('a', 'z'), random.Next(40) == 0 ? random.Next(300_000) : random.Next(50));
            string? before = plain.GetValueOrDefault(key);
            string expected = random.Next(5) switch
            {
                0 => Both(KeyCommand.Delete(Bytes(key)), plain.Remove(key) ? "Done" : "Missing"),
                1 => Both(KeyCommand.Append(Bytes(key), Bytes(value)), "Done", () => plain[key] = before + value),
                2 => Both(KeyCommand.CompareAndSet(Bytes(key), null, Bytes(value)), before is null ? "Done" : $"Mismatch {before}".TrimEnd(), () => plain[key] = before ?? value),
                3 when before is not null => Both(KeyCommand.CompareAndSet(Bytes(key), Bytes(before), Bytes(value)), "Done", () => plain[key] = value),
                _ => Both(KeyCommand.Put(Bytes(key), Bytes(value)), "Done", () => plain[key] = value),
            };
            Assert.That(expected, Is.Empty);
            Assert.That(Get(key), Is.EqualTo(plain.TryGetValue(key, out string? now) ? $"Done {now}".TrimEnd() : "Missing"));
        }

        Assert.That(List("", "", 1000).Keys.Select(static key => Encoding.UTF8.GetString(key.Key.Span)), Is.EqualTo(plain.Keys));
        Assert.That(_machine.Keys.Bytes, Is.EqualTo(plain.Sum(static pair => pair.Key.Length + pair.Value.Length + 128)));
        AssertArcsAreOf(plain);
    }

    [Test]
    public void An_arc_has_the_same_hash_whichever_way_it_came_to_hold_the_same()
    {
        ShardMachine other = new();
        Run(KeyCommand.Put(Bytes("k"), Bytes("first")));
        Run(KeyCommand.Put(Bytes("gone"), Bytes("x")));
        Run(KeyCommand.Delete(Bytes("gone")));
        Run(KeyCommand.CompareAndSet(Bytes("k"), Bytes("first"), Bytes("a")));
        Run(KeyCommand.Append(Bytes("k"), Bytes("b")));

        other.Apply(KeyCommand.Put(Bytes("k"), Bytes("ab")).Encode(), 1, 1);

        Assert.That(_machine.Arcs[Arc.Of("k"u8)], Is.EqualTo(other.Arcs[Arc.Of("k"u8)]).And.Not.Zero);
        Assert.That(_machine.Arcs[Arc.Of("gone"u8)], Is.EqualTo(Arc.Of("gone"u8) == Arc.Of("k"u8) ? other.Arcs[Arc.Of("k"u8)] : 0));
        Assert.That(_machine.Hash, Is.Not.EqualTo(other.Hash), "the rolling hash is of the history");
    }

    [Test]
    public void A_message_and_a_key_change_the_hash_of_their_arc_and_of_no_other()
    {
        foreach (byte[] command in (byte[][])[new SendMessageCommand("k", "ann", "hello").Encode(), KeyCommand.Put(Bytes("k"), Bytes("v")).Encode()])
        {
            ulong[] before = [.. Hashes()];
            _machine.Apply(command, 1, 1);
            int[] changed = [.. Hashes().Select((hash, number) => (hash, number)).Where(arc => arc.hash != before[arc.number]).Select(static arc => arc.number)];
            Assert.That(changed, Is.EqualTo(new[] { Arc.Of("k"u8).Number }));
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Answer(CommandResult result)
    {
        if (result.Status != ReplyStatus.Ok)
            return $"{result.Status}: {Encoding.UTF8.GetString(result.Payload.Span)}";
        KeyResult found = KeyResult.Decode(result.Payload.Span);
        return $"{found.Outcome} {Encoding.UTF8.GetString(found.Value.Span)}".TrimEnd();
    }

    private string Run(KeyCommand command) => Answer(_machine.Apply(command.Encode(), 1, 1));

    private string Get(string key) => Answer(_machine.Read(KeyCommand.Get(Bytes(key)).Encode()));

    private ListKeysResult List(string prefix, string after, int count) =>
        ListKeysResult.Decode(_machine.Read(new ListKeysQuery(Bytes(prefix), Bytes(after), count).Encode()).Payload.Span);

    /// <summary>Runs a command and does the same elsewhere; what it was answered when that is not what was expected.</summary>
    private string Both(KeyCommand command, string expected, Action? same = null)
    {
        string answer = Run(command);
        same?.Invoke();
        return string.Equals(answer, expected, StringComparison.Ordinal) ? "" : answer;
    }

    private IEnumerable<ulong> Hashes() => Enumerable.Range(0, Arc.Count).Select(number => _machine.Arcs[new Arc(number)]);

    private void AssertArcsAreOf(SortedDictionary<string, string> plain)
    {
        ShardMachine fresh = new();
        foreach ((string key, string value) in plain)
            fresh.Apply(KeyCommand.Put(Bytes(key), Bytes(value)).Encode(), 1, 1);
        Assert.That(Hashes(), Is.EqualTo(Enumerable.Range(0, Arc.Count).Select(number => fresh.Arcs[new Arc(number)])));
    }
}
