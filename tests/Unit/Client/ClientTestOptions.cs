using PaxosShard.Client;

namespace PaxosShard.Tests.Unit.Client;

internal static class ClientTestOptions
{
    /// <summary>Time enough for a busy machine; a test that passes never waits for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static ClientOptions For(FakeGroup group) => new()
    {
        Endpoints = group.Endpoints,
        RequestTimeout = Patience,
        Silence = TimeSpan.FromMilliseconds(50),
        FollowWait = TimeSpan.FromMilliseconds(20),
    };

    public static Task<ChatLogClient> ConnectAsync(FakeGroup group) => ChatLogClient.ConnectAsync(For(group), CancellationToken.None);

    /// <summary>Sends m1, m2, … without waiting in between, and returns the numbers they got.</summary>
    public static Task<long[]> SendManyAsync(ChatLogClient client, int count, string room = "lobby") =>
        Task.WhenAll(Enumerable.Range(1, count).Select(number => client.SendAsync(room, "ann", $"m{number}", CancellationToken.None)));

    /// <summary>The texts m1, m2, … with spaces between.</summary>
    public static string Texts(int count) => string.Join(' ', Enumerable.Range(1, count).Select(number => $"m{number}"));

    public static long[] Numbers(int count) => [.. Enumerable.Range(1, count).Select(number => (long)number)];
}
