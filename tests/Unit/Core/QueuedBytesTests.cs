using NUnit.Framework;
using PaxosShard.Replica.Core.Requests;

namespace PaxosShard.Tests.Unit.Core;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class QueuedBytesTests
{
    private readonly QueuedBytes _bytes = new();
    private readonly ReadOnlyMemory<byte>[] _last = new ReadOnlyMemory<byte>[256];
    private readonly Queue<(byte[] Original, ReadOnlyMemory<byte> Copy)> _queue = new();

    [Test]
    public void What_waits_stands_as_it_came_whatever_comes_and_goes([Range(1, 20)] int seed)
    {
        Random random = new(seed);
        int longest = 1 << random.Next(1, 19);
        for (int step = 0; step < 5000; step++)
        {
            // Now and then the queue grows for a while, and now and then it is emptied.
            bool grows = random.Next(100) < (step / 500 % 2 == 0 ? 60 : 40);
            if (grows && _queue.Count < 200)
                Add(random, random.Next(longest));
            else
                Remove();
        }

        while (_queue.Count > 0)
            Remove();
    }

    [Test]
    public void A_queue_that_is_emptied_again_and_again_costs_nothing()
    {
        byte[] command = new byte[100];
        Turn(command);
        Turn(command);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int turn = 0; turn < 1000; turn++)
            Turn(command);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void A_queue_that_never_is_empty_costs_nothing_either()
    {
        byte[] command = new byte[100];
        Queue<ReadOnlyMemory<byte>> queue = new(64);
        for (int index = 0; index < 50; index++)
            queue.Enqueue(_bytes.Add(command));

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int turn = 0; turn < 10_000; turn++)
        {
            queue.Enqueue(_bytes.Add(command));
            _bytes.Remove(queue.Dequeue());
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(32 * 1024), "the array was doubled once at most");
    }

    private void Turn(byte[] command)
    {
        for (int index = 0; index < 256; index++)
            _last[index] = _bytes.Add(command);
        foreach (ReadOnlyMemory<byte> copy in _last)
            _bytes.Remove(copy);
    }

    private void Add(Random random, int length)
    {
        byte[] original = new byte[length];
        random.NextBytes(original);
        _queue.Enqueue((original, _bytes.Add(original)));
    }

    private void Remove()
    {
        if (!_queue.TryDequeue(out (byte[] Original, ReadOnlyMemory<byte> Copy) first))
            return;
        Assert.That(first.Copy.Span.SequenceEqual(first.Original));
        _bytes.Remove(first.Copy);
    }
}
