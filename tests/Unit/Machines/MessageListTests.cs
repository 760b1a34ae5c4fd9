using NUnit.Framework;
using PaxosShard.Replica.Machines;
using PaxosShard.Replica.Machines.Blocks;
using PaxosShard.Replica.Machines.Rooms;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.Unit.Machines;

/// <summary>Messages come back as they were put in, whatever is released before them, and take little memory.</summary>
public sealed class MessageListTests
{
    private const int FirstBlock = 4 * 1024;
    private const int MessagesRead = 20;

    [Test]
    public void Lists_that_share_a_store_do_what_plain_lists_do([Range(1, 20)] int seed)
    {
        Random random = new(seed);
        ByteStore store = new(FirstBlock);
        MessageList[] lists = [.. Enumerable.Range(0, 4).Select(_ => new MessageList(store))];
        List<string>[] plain = [[], [], [], []];
        int longest = random.Next(3) switch { 0 => 30, 1 => 3000, _ => 65_536 };
        for (int step = 0; step < 2000; step++)
        {
            int index = random.Next(lists.Length);
            MessageList list = lists[index];
            if (random.Next(10) > 0)
            {
                byte[] text = new byte[random.Next(1, random.Next(20) == 0 ? longest : Math.Min(longest, 200))];
                random.NextBytes(text);
                byte[] author = new byte[random.Next(1, 257)];
                list.Add(new StoredMessage(step, 2L * step, author, text));
                plain[index].Add($"{step} {2L * step} {Convert.ToHexString(author)} {Convert.ToHexString(text)}");
            }
            else
            {
                list.Release(list.First + random.NextInt64(random.Next(10) == 0 ? 1 + list.Next - list.First : 1 + Math.Min(20, list.Next - list.First)));
            }

            Assert.That(list.Next, Is.EqualTo(plain[index].Count + 1));
            long from = list.First + random.NextInt64(1 + list.Next - list.First);
            Assert.That(Read(list, from), Is.EqualTo(plain[index].Skip((int)(from - 1)).Take(MessagesRead)), $"step {step}");
        }

        foreach (MessageList list in lists)
            list.Release(list.Next);
        Assert.That(store.BlockBytes, Is.Zero);
    }

    [Test]
    public void A_message_of_100_bytes_takes_at_most_140_of_memory_and_no_object()
    {
        const int Count = 200_000;
        ByteStore store = new(FirstBlock);
        MessageList list = new(store);
        byte[] text = new byte[97];
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int number = 0; number < Count; number++)
            list.Add(new StoredMessage(number, number, "ann"u8, text));

        Assert.That(store.BlockBytes, Is.LessThan(140L * Count));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(140L * Count), "the blocks are all there is");
    }

    [Test]
    public void Many_small_lists_take_little_beside_their_messages()
    {
        const int Count = 20_000;
        ByteStore store = new(FirstBlock);
        byte[] text = new byte[97];
        for (int number = 0; number < Count; number++)
        {
            MessageList list = new(store);
            for (int message = 0; message < 1 + (number % 10); message++)
                list.Add(new StoredMessage(number, number, "ann"u8, text));
        }

        Assert.That(store.BlockBytes, Is.LessThan(Count * 55 / 10 * 180L));
    }

    [Test]
    public void A_list_that_keeps_its_last_few_messages_goes_on_in_the_memory_of_its_first_ones([Values(1, 10, 1000)] int kept)
    {
        ByteStore store = new(FirstBlock);
        MessageList list = new(store);
        byte[] text = new byte[97];
        long most = 0;
        for (int number = 0; number < 50_000; number++)
        {
            list.Add(new StoredMessage(number, number, "ann"u8, text));
            if (list.Next - list.First > kept)
                list.Release(list.Next - kept);
            if (number < 5000)
                most = Math.Max(most, store.BlockBytes);
        }

        Assert.That(store.BlockBytes, Is.LessThanOrEqualTo(2 * most));
        Assert.That(most, Is.LessThan((16 * FirstBlock) + (kept * 600L)));
    }

    [Test]
    public void A_list_is_released_in_parts_when_that_is_wanted_and_reads_on_in_between()
    {
        const int Count = 100;
        const int Part = 10;
        ByteStore store = new(FirstBlock);
        MessageList list = new(store);
        byte[] text = new byte[60_000];
        for (int number = 0; number < Count; number++)
            list.Add(new StoredMessage(number, number, "ann"u8, text));
        List<string> left = Read(list, 91);

        // Messages of this length have a chunk each.
        for (int call = 1; call < 9; call++)
        {
            Assert.That(list.Release(91, mostChunks: Part), Is.False);
            Assert.That(list.First, Is.EqualTo(1 + (call * Part)));
            Assert.That(Read(list, 91), Is.EqualTo(left));
        }

        Assert.That(list.Release(91, mostChunks: Part), Is.True);
        Assert.That((list.First, Read(list, 91).Count), Is.EqualTo((91L, Part)));
    }

    [Test]
    public void What_is_left_of_a_long_list_takes_little()
    {
        ByteStore store = new(FirstBlock);
        MessageList list = new(store);
        for (int number = 0; number < 100_000; number++)
            list.Add(new StoredMessage(number, number, "ann"u8, "hello"u8));

        list.Release(list.Next - 3);

        Assert.That(store.BlockBytes, Is.LessThan(1024 * 1024 + 1));
        Assert.That(Read(list, list.First), Has.Count.EqualTo(3));
    }

    [Test]
    public void A_message_in_a_room_keeps_nothing_of_its_entry()
    {
        ShardMachine machine = new();
        byte[] command = new SendMessageCommand("lobby", "ann", "hello").Encode();
        machine.Apply(command, 1, 2);

        command.AsSpan().Clear();

        HistoryResult history = HistoryResult.Decode(machine.Read(new ReadHistoryQuery("lobby", 1, 1).Encode()).Payload.Span);
        Assert.That(history.Messages, Is.EqualTo(new[] { new RoomMessage(1, "ann", 1, "hello") }));
    }

    private static List<string> Read(MessageList list, long from)
    {
        List<string> read = [];
        if (from == list.Next)
            return read;
        MessageCursor cursor = list.From(from);
        while (cursor.Number < list.Next && read.Count < MessagesRead)
        {
            StoredMessage message = cursor.Read();
            read.Add($"{message.Wall} {message.LogTime} {Convert.ToHexString(message.Author)} {Convert.ToHexString(message.Text)}");
        }

        return read;
    }
}
