using System.Globalization;
using System.Text;
using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Tests.EndToEnd.Harness;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Tests.EndToEnd.Sharding.Moves;

/// <summary>
/// Clients that append to keys of their own, one that sends to a room, and one that follows it, whatever becomes of the cluster. Afterwards every append has to be there once and in its order, and whoever followed has to have
/// read each message once and in its order.
/// </summary>
internal sealed class MoveLoad : IAsyncDisposable
{
    /// <summary>The room.</summary>
    public const string Room = "lobby";

    private const int KeysPerClient = 2;

    private readonly CancellationTokenSource _enough = new();
    private readonly CancellationTokenSource _read = new();
    private readonly List<ChatLogClient> _clients = [];
    private readonly List<string> _followed = [];
    private int[] _appended = [];
    private TimeSpan _pause;
    private int _sent;
    private Task _working = Task.CompletedTask;
    private Task _following = Task.CompletedTask;

    /// <summary>How many keys there are.</summary>
    public int Keys => _appended.Length;

    /// <summary>How many appends were acknowledged so far.</summary>
    public int Appended => _appended.Sum();

    /// <summary>Starts it; every client has been at work then.</summary>
    /// <param name="cluster">Where; shards serve all arcs.</param>
    /// <param name="clients">How many clients append.</param>
    /// <param name="cancellation">The time limit of the test.</param>
    /// <param name="pause">Behind each append and each message: in minutes without one values reach their longest length, of which a moving key is a piece by itself, and the room has so many messages that each move takes half a minute.</param>
    public static async Task<MoveLoad> StartAsync(TestCluster cluster, int clients, CancellationToken cancellation, TimeSpan pause = default)
    {
        MoveLoad load = new() { _appended = new int[clients * KeysPerClient], _pause = pause };
        try
        {
            for (int client = 0; client < clients + 2; client++)
                load._clients.Add(await cluster.Masters.ConnectAsync(cancellation, Eventually.Patience));
            load._working = Task.WhenAll(
                [load.SendAsync(load._clients[clients], cancellation), .. Enumerable.Range(0, load.Keys).Select(key => load.AppendAsync(load._clients[key / KeysPerClient], key, cancellation))]);
            load._following = load.FollowAsync(load._clients[clients + 1], cancellation);
            await load.GoesOnAsync(cancellation);
            return load;
        }
        catch
        {
            await load.DisposeAsync();
            throw;
        }
    }

    /// <summary>A key that is appended to, by its number from 0.</summary>
    public static byte[] Key(int number) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"key-{number}"));

    /// <summary>Waits until each key has got one more append than now, and the room one more message.</summary>
    public Task GoesOnAsync(CancellationToken cancellation)
    {
        int[] before = [.. _appended];
        int sent = _sent;
        return Eventually.HoldsAsync(
            "all clients go on",
            () => _working.IsFaulted ? throw _working.Exception! : _sent > sent && before.Zip(_appended).All(static key => key.Second > key.First) ? null : $"{string.Join(' ', _appended)} appends after {string.Join(' ', before)}",
            cancellation);
    }

    /// <summary>Ends it, and looks at all that it has done.</summary>
    public async Task StopAndCheckAsync(CancellationToken cancellation)
    {
        await _enough.CancelAsync();
        await _working;
        await Eventually.HoldsAsync("whoever follows has read all", () => CountOf() is var count && count >= _sent ? null : $"{count} of {_sent}", cancellation);
        await _read.CancelAsync();
        await _following;
        Assert.That(_followed, Is.EqualTo(Enumerable.Range(0, _sent).Select(Token)), "whoever follows a room gets each message once, and in its order");
        await CheckAsync(_clients[0], cancellation);
    }

    /// <summary>Looks once more at what the keys hold and the room has, once the load has been stopped.</summary>
    /// <param name="client">Who looks.</param>
    /// <param name="cancellation">The time limit of the test.</param>
    public async Task CheckAsync(ChatLogClient client, CancellationToken cancellation)
    {
        for (int key = 0; key < Keys; key++)
        {
            string value = Encoding.UTF8.GetString((await client.Keys.GetAsync(Key(key), cancellation))!.Value.Span);
            Assert.That(value, Is.EqualTo(string.Concat(Enumerable.Range(0, _appended[key]).Select(Token))), $"key {key}: each append once, and in their order");
        }

        HistoryResult history = await client.ReadHistoryAsync(Room, from: _sent, count: 10, cancellation);
        Assert.That(history.Messages.Select(static message => message.Text), Is.EqualTo(new[] { Token(_sent - 1) }), "the last message of the room is that with the last number");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _read.CancelAsync();
        foreach (ChatLogClient client in _clients)
            await client.DisposeAsync();

        // When the test has failed before, what its clients say now is no news.
        await Task.WhenAll(_working, _following).ContinueWith(static _ => { }, TaskScheduler.Default);
        _enough.Dispose();
        _read.Dispose();
    }

    private static string Token(int number) => string.Create(CultureInfo.InvariantCulture, $"{number};");

    private async Task AppendAsync(ChatLogClient client, int key, CancellationToken cancellation)
    {
        while (!_enough.IsCancellationRequested)
        {
            await client.Keys.AppendAsync(Key(key), Encoding.UTF8.GetBytes(Token(_appended[key])), cancellation);
            _appended[key]++;
            await Task.Delay(_pause, cancellation);
        }
    }

    private async Task SendAsync(ChatLogClient client, CancellationToken cancellation)
    {
        for (; !_enough.IsCancellationRequested; _sent++)
        {
            await client.SendAsync(Room, "ann", Token(_sent), cancellation);
            await Task.Delay(_pause, cancellation);
        }
    }

    private async Task FollowAsync(ChatLogClient client, CancellationToken cancellation)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(_read.Token, cancellation);
        try
        {
            await foreach (RoomMessage message in client.FollowAsync(Room, 1, end.Token))
            {
                lock (_followed)
                    _followed.Add(message.Text);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // It has read enough.
        }
    }

    private int CountOf()
    {
        lock (_followed)
            return _followed.Count;
    }
}
