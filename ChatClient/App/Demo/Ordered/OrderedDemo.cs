using PaxosShard.ChatClient.App.Clusters;
using PaxosShard.ChatClient.App.Delays;
using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.ChatClient.App.Demo.Ordered;

/// <summary>
/// What order over shards is good for: two writers post photos and their lines behind a slow link to the shard of the photos, one of them in an ordered session, while readers look for lines without a photo.
/// </summary>
/// <param name="cluster">The cluster, which has two shards.</param>
/// <param name="delay">How slow the link is, in each direction.</param>
/// <param name="posts">How many posts each writer makes; null for as many as there is time for.</param>
internal sealed class OrderedDemo(DemoCluster cluster, TimeSpan delay, int? posts)
{
    private const string Quit = "/quit";

    /// <summary>The side without order.</summary>
    public OrderedDemoCount Plain { get; } = new("plain pipelining");

    /// <summary>The side with order.</summary>
    public OrderedDemoCount Ordered { get; } = new("ordered session");

    /// <summary>Runs until both writers have made their posts, or until it is ended by the user.</summary>
    /// <param name="output">Where it is shown.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ReportedException">A line without a photo was seen on the side with order.</exception>
    public async Task RunAsync(OrderedDemoOutput output, CancellationToken cancellation)
    {
        Configuration latest = await PlacementCalls.ReadLatestAsync(cluster.ClientOptions, cancellation);
        (Shard photos, Shard timelines) = (latest.Shards[0], latest.Shards[1]);
        await using DelayNetwork network = new(delay);
        ClientOptions slow = network.Slow(cluster.ClientOptions) with { ConnectAt = network.InFrontOf(photos.Addresses) };
        await using ChatLogClient plain = await ChatLogClient.ConnectAsync(slow, cancellation);
        await using ChatLogClient ordered = await ChatLogClient.ConnectAsync(slow, cancellation);
        await using ChatLogClient reader = await ChatLogClient.ConnectAsync(cluster.ClientOptions, cancellation);
        output.Note($"photos are on {ClusterFiles.NameOf(photos.Group)}, to which the writers' link is slow by {delay.TotalMilliseconds:0} ms; timelines on {ClusterFiles.NameOf(timelines.Group)}");

        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        OrderedDemoSide left = new(OrderedDemoKeys.Choose(latest, photos.Group, timelines.Group, "plain"), isOrdered: false, Plain, text => output.Seen(Plain, text));
        OrderedDemoSide right = new(OrderedDemoKeys.Choose(latest, photos.Group, timelines.Group, "ordered"), isOrdered: true, Ordered, text => output.Seen(Ordered, text));
        Task sides = Task.WhenAll(left.RunAsync(plain, reader, posts, ended.Token), right.RunAsync(ordered, reader, posts, ended.Token));
        Task commands = ObeyAsync(output, photos.Group, timelines.Group, ended.Token);
        await Task.WhenAny(sides, commands);
        await ended.CancelAsync();
        await EndedAsync(commands, cancellation);
        await EndedAsync(sides, cancellation);
    }

    /// <summary>No line without a photo was seen on the side with order.</summary>
    /// <exception cref="ReportedException">One was.</exception>
    public void Check()
    {
        if (Ordered.Dangling > 0)
            throw new ReportedException(ErrorKinds.CheckFailed, $"{Ordered.Dangling} lines of the ordered session were seen without their photo");
    }

    // What was ended by the user is no failure, and what failed by itself is one.
    private static async Task EndedAsync(Task work, CancellationToken cancellation)
    {
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It was ended.
        }
    }

    private async Task ObeyAsync(OrderedDemoOutput output, GroupId photos, GroupId timelines, CancellationToken cancellation)
    {
        OrderedDemoCommands commands = new(cluster, photos, timelines);
        while (await output.ReadAsync(cancellation) is { } line)
        {
            if (string.Equals(line.Trim(), Quit, StringComparison.Ordinal))
                return;
            foreach (string told in await commands.RunAsync(line, room: null, output.Note, cancellation))
                output.Note(told);
        }

        // At the end of the input of a script there is still something to come.
        if (posts is not null && !cancellation.IsCancellationRequested)
            await Task.Delay(Timeout.Infinite, cancellation);
    }
}
