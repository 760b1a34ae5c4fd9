using System.IO.Pipelines;
using NUnit.Framework;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>Messages from a pipe: whole ones only, whatever pieces the bytes come in and wherever they end.</summary>
public sealed class MessageReaderTests
{
    [Test]
    public async Task Messages_that_came_together_are_drained_without_waiting()
    {
        (CountingPipeReader counting, PipeWriter writer, MessageReader reader) = Open();
        foreach ((_, byte[] bytes) in TestFrames.Samples)
            await writer.WriteAsync(bytes);

        List<FrameContent?> read = [await reader.ReadAsync(CancellationToken.None)];
        while (reader.TryRead(out FrameContent content))
            read.Add(content);

        Assert.That(read.Select(content => content?.Kind), Is.EqualTo(SampleMessages.All.Values.Select(message => message.Kind)));
        Assert.That(counting.Reads, Is.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task A_message_that_comes_byte_by_byte_is_read_with_its_last_byte()
    {
        foreach ((string name, byte[] bytes) in TestFrames.Samples)
        {
            (CountingPipeReader counting, PipeWriter writer, MessageReader reader) = Open();
            Task<FrameContent?> reading = reader.ReadAsync(CancellationToken.None).AsTask();
            for (int index = 0; index < bytes.Length; index++)
            {
                Assert.That(reading.IsCompleted, Is.False, $"{name} after {index} of {bytes.Length} bytes");
                await writer.WriteAsync(bytes.AsMemory(index, 1));
            }

            Assert.That(reading.IsCompleted, Is.True, name);
            Assert.That(FrameWriter.Encode((await reading)!.Value, 0), Is.EqualTo(bytes));
            Assert.That(counting.Reads, Is.LessThanOrEqualTo(bytes.Length), name);
        }
    }

    [Test]
    public async Task A_synchronous_read_never_takes_less_than_a_message()
    {
        (CountingPipeReader counting, PipeWriter writer, MessageReader reader) = Open();
        byte[] bytes = FrameWriter.Encode(SampleMessages.All["F.full"], 0);

        for (int index = 0; index < bytes.Length; index++)
        {
            Assert.That(reader.TryRead(out _), Is.False);
            await writer.WriteAsync(bytes.AsMemory(index, 1));
        }

        Assert.That(reader.TryRead(out FrameContent content), Is.True);
        Assert.That(content.Kind, Is.EqualTo(MessageKind.LeaderPromise));
        Assert.That(reader.TryRead(out _), Is.False);
        Assert.That(counting.Reads, Is.LessThanOrEqualTo((2 * bytes.Length) + 2));
    }

    [Test]
    public async Task An_end_between_frames_is_a_clean_end_and_stays_one()
    {
        (_, PipeWriter writer, MessageReader reader) = Open();
        await writer.WriteAsync(FrameWriter.Encode(SampleMessages.All["Q.full"], 0));
        await writer.CompleteAsync();

        Assert.That(await reader.ReadAsync(CancellationToken.None), Is.EqualTo(SampleMessages.All["Q.full"]));
        Assert.That(reader.TryRead(out _), Is.False);
        Assert.That(await reader.ReadAsync(CancellationToken.None), Is.Null);
        Assert.That(await reader.ReadAsync(CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task An_end_within_a_frame_is_an_error_at_every_byte()
    {
        foreach ((string name, byte[] bytes) in TestFrames.Samples)
        {
            for (int length = 1; length < bytes.Length; length++)
            {
                (CountingPipeReader counting, PipeWriter writer, MessageReader reader) = Open();
                await writer.WriteAsync(bytes.AsMemory(0, length));
                await writer.CompleteAsync();

                Task<FrameContent?> reading = reader.ReadAsync(CancellationToken.None).AsTask();

                Assert.That(reading.IsFaulted, Is.True, $"{name} cut at {length}");
                Assert.That(reading.Exception!.InnerException, Is.InstanceOf<WireFormatException>());
                Assert.That(counting.Reads, Is.LessThanOrEqualTo(2), "it spins");
            }
        }
    }

    [Test]
    public async Task An_end_within_a_frame_is_found_after_a_whole_one_too()
    {
        (_, PipeWriter writer, MessageReader reader) = Open();
        await writer.WriteAsync(FrameWriter.Encode(SampleMessages.All["A.full"], 0));
        await writer.WriteAsync(new byte[] { 0, 0, 0 });
        await writer.CompleteAsync();

        Assert.That(await reader.ReadAsync(CancellationToken.None), Is.EqualTo(SampleMessages.All["A.full"]));
        Assert.That(reader.TryRead(out _), Is.False);
        Assert.That(async () => await reader.ReadAsync(CancellationToken.None), Throws.InstanceOf<WireFormatException>());
    }

    [Test]
    public async Task A_cancelled_wait_loses_nothing()
    {
        (_, PipeWriter writer, MessageReader reader) = Open();
        byte[] bytes = FrameWriter.Encode(SampleMessages.All["P.full"], 0);
        await writer.WriteAsync(bytes.AsMemory(0, 20));
        using CancellationTokenSource source = new();
        Task<FrameContent?> reading = reader.ReadAsync(source.Token).AsTask();

        await source.CancelAsync();

        Assert.That(reading.IsCanceled, Is.True);
        await writer.WriteAsync(bytes.AsMemory(20));
        Assert.That(await reader.ReadAsync(CancellationToken.None), Is.EqualTo(SampleMessages.All["P.full"]));
    }

    [Test]
    public async Task A_limit_that_is_raised_after_the_hello_holds_from_the_next_frame_on()
    {
        (_, PipeWriter writer, MessageReader reader) = Open();
        ClientRequest large = new(default, default, default, default, new byte[Limits.FrameBeforeHello]);
        await writer.WriteAsync(FrameWriter.Encode(SampleMessages.All["W.full"], 0));
        await writer.WriteAsync(FrameWriter.Encode(large, 0));

        Assert.That(await reader.ReadAsync(CancellationToken.None), Is.EqualTo(SampleMessages.All["W.full"]));
        reader.Frames.MaximumLength = Limits.FrameFromClient;
        Assert.That(reader.TryRead(out FrameContent content), Is.True);
        Assert.That(content.Request.Command.Length, Is.EqualTo(Limits.FrameBeforeHello));
    }

    [Test]
    public async Task A_frame_larger_than_the_pipe_wants_to_buffer_still_arrives()
    {
        (_, PipeWriter writer, MessageReader reader) = Open(pauseWriterThreshold: 1024);
        ClientRequest large = new(default, default, default, default, new byte[50_000]);
        Task<FrameContent?> reading = reader.ReadAsync(CancellationToken.None).AsTask();

        foreach (byte[] piece in FrameWriter.Encode(large, 0).Chunk(700))
        {
            Task<FlushResult> writing = writer.WriteAsync(piece).AsTask();
            Assert.That(writing.IsCompleted, Is.True, "the pipe is full and nobody takes from it");
            await writing;
        }

        Assert.That((await reading)!.Value.Request.Command.Length, Is.EqualTo(50_000));
    }

    [Test]
    public async Task A_broken_frame_stays_an_error()
    {
        (_, PipeWriter writer, MessageReader reader) = Open();
        await writer.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        Assert.That(async () => await reader.ReadAsync(CancellationToken.None), Throws.InstanceOf<WireFormatException>().With.Message.Contains("HTTP"));
        Assert.That(() => reader.TryRead(out _), Throws.InstanceOf<WireFormatException>());
    }

    private static (CountingPipeReader Counting, PipeWriter Writer, MessageReader Reader) Open(int pauseWriterThreshold = 1 << 20)
    {
        Pipe pipe = new(new PipeOptions(
            readerScheduler: PipeScheduler.Inline,
            writerScheduler: PipeScheduler.Inline,
            pauseWriterThreshold: pauseWriterThreshold,
            resumeWriterThreshold: pauseWriterThreshold / 2,
            useSynchronizationContext: false));
        CountingPipeReader counting = new(pipe.Reader);
        return (counting, pipe.Writer, new MessageReader(counting, new FrameReader()));
    }
}
