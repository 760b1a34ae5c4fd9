using PaxosShard.Client;
using PaxosShard.Client.Ordered;

namespace PaxosShard.ChatClient.App.Demo.Ordered;

/// <summary>
/// One side of the demo of ordered sessions. A writer posts a photo and then its line in the timeline, without waiting in between; its link to the shard of the photos is slow. A reader, whose links are not, reads the line
/// at the top of the timeline and then, if it is a new one, its photo.
/// </summary>
/// <param name="keys">Where the photos and the timeline are.</param>
/// <param name="isOrdered">The writer has an ordered session; otherwise what it sends has no order between two keys.</param>
/// <param name="count">Counts.</param>
/// <param name="tell">Told of each line that is seen.</param>
internal sealed class OrderedDemoSide(OrderedDemoKeys keys, bool isOrdered, OrderedDemoCount count, Action<string> tell)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    private long _read;

    /// <summary>Posts and reads.</summary>
    /// <param name="writer">The client of the writer.</param>
    /// <param name="reader">The client of the reader.</param>
    /// <param name="posts">How many posts; null for as many as there is time for.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(ChatLogClient writer, ChatLogClient reader, int? posts, CancellationToken cancellation)
    {
        using CancellationTokenSource written = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task reading = ReadAllAsync(reader, written.Token);
        try
        {
            await WriteAllAsync(writer, posts ?? long.MaxValue, cancellation);
        }
        finally
        {
            await written.CancelAsync();
            await reading;
        }

        await ReadAsync(reader, cancellation);
    }

    private async Task WriteAllAsync(ChatLogClient writer, long posts, CancellationToken cancellation)
    {
        OrderedSession? session = isOrdered ? await writer.OpenOrderedSessionAsync(cancellation) : null;
        for (long post = 1; post <= posts; post++)
        {
            count.CountPost();
            bool? isDone = await PostAsync(writer, session, post, cancellation);
            if (isDone != true)
                count.CountFailed();
            if (isDone is null && session is not null)
            {
                await session.DisposeAsync(); // It is over when an outcome is unknown.
                session = await writer.OpenOrderedSessionAsync(cancellation);
            }

            await Task.Delay(_pause, cancellation);
        }

        if (session is not null)
            await session.DisposeAsync();
    }

    // Whether both took effect; null when that is not known.
    private async Task<bool?> PostAsync(ChatLogClient writer, OrderedSession? session, long post, CancellationToken cancellation)
    {
        Task[] both =
        [
            PutAsync(writer, session, keys.Photos[OrderedDemoPost.KeyOf(post)], OrderedDemoPost.Value(post), cancellation),
            PutAsync(writer, session, keys.Timeline, OrderedDemoPost.Value(post), cancellation),
        ];
        try
        {
            await Task.WhenAll(both);
            return true;
        }
        catch (Exception failure) when (failure is NotAppliedException or OutcomeUnknownException)
        {
            cancellation.ThrowIfCancellationRequested();
            return both.Any(static task => task.Exception?.InnerException is OutcomeUnknownException) ? null : false;
        }
    }

    private static Task PutAsync(ChatLogClient writer, OrderedSession? session, byte[] key, byte[] value, CancellationToken cancellation) =>
        session?.PutAsync(key, value, cancellation) ?? writer.Keys.PutAsync(key, value, cancellation);

    private async Task ReadAllAsync(ChatLogClient reader, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await ReadAsync(reader, cancellation);
                await Task.Delay(_pause, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Everything is written.
        }
    }

    private async Task ReadAsync(ChatLogClient reader, CancellationToken cancellation)
    {
        try
        {
            long post = OrderedDemoPost.PostOf(await reader.Keys.GetAsync(keys.Timeline, cancellation));
            if (post <= _read)
                return;
            ReadOnlyMemory<byte>? photo = await reader.Keys.GetAsync(keys.Photos[OrderedDemoPost.KeyOf(post)], cancellation);
            tell(count.CountSeen(post, OrderedDemoPost.IsDangling(post, photo)));
            _read = post;
        }
        catch (NotAppliedException)
        {
            // A shard does not answer just now: the next reading finds the same.
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
