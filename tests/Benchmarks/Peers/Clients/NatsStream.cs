using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace PaxosShard.Benchmarks.Peers.Clients;

/// <summary>Makes the stream that messages are published to.</summary>
internal static class NatsStream
{
    private const string Request = $$"""{"name":"bench","subjects":["{{NatsProtocol.Subjects}}"],"num_replicas":3,"storage":"file","retention":"limits","discard":"old"}""";

    private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _answer = TimeSpan.FromSeconds(2);

    /// <summary>Makes it, with three replicas in files, as soon as the servers have found each other.</summary>
    /// <param name="server">Any of the servers.</param>
    /// <param name="longest">How long to try.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The name of the server that leads it.</returns>
    /// <exception cref="ServerException">It was not made.</exception>
    public static async Task<string> CreateAsync(IPEndPoint server, TimeSpan longest, CancellationToken cancellation)
    {
        string said = "nothing";
        for (long begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < longest; await Task.Delay(_between, cancellation))
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(_answer);
            try
            {
                said = await AskAsync(server, patience.Token);
            }
            catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                continue;
            }

            if (LeaderIn(said) is { } leader)
                return leader;
        }

        throw new ServerException($"NATS makes no stream with three replicas: it said {said}");
    }

    /// <summary>The leader in the answer to a request to make a stream; null when there is none (yet).</summary>
    internal static string? LeaderIn(string answer)
    {
        using JsonDocument document = JsonDocument.Parse(answer);
        return document.RootElement.TryGetProperty("cluster", out JsonElement cluster) && cluster.TryGetProperty("leader", out JsonElement leader) ? leader.GetString() : null;
    }

    private static async Task<string> AskAsync(IPEndPoint server, CancellationToken cancellation)
    {
        using TcpClient client = new();
        await client.ConnectAsync(server, cancellation);
        NetworkStream stream = client.GetStream();
        using StreamReader reader = new(stream, Encoding.ASCII);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{NatsProtocol.Connect}SUB answer 1\r\nPUB $JS.API.STREAM.CREATE.bench answer {Request.Length}\r\n{Request}\r\n"), cancellation);
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            if (!line.StartsWith("MSG ", StringComparison.Ordinal))
                continue;
            char[] answer = new char[int.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)];
            await reader.ReadBlockAsync(answer, cancellation);
            return new string(answer);
        }

        throw new IOException("the server has closed the connection");
    }
}
