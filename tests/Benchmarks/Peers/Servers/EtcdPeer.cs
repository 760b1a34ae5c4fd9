using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PaxosShard.Benchmarks.Peers.Clients;
using PaxosShard.Benchmarks.Peers.Runs;

namespace PaxosShard.Benchmarks.Peers.Servers;

/// <summary>Three members of etcd, as they are by default: each syncs its log before it votes for an entry.</summary>
/// <param name="settings">What it needs.</param>
internal sealed class EtcdPeer(PeerSettings settings) : ServerPeer(settings)
{
    private const int Members = 3;
    private const string QuotaBytes = "8589934592"; // The default of 2 GiB is soon full: etcd keeps each version of a key.

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellation)
    {
        int[] ports = FreePorts.Find(2 * Members);
        string members = string.Join(',', Enumerable.Range(0, Members).Select(member => $"etcd{member + 1}={Address(ports[Members + member])}"));
        for (int member = 0; member < Members; member++)
        {
            string name = $"etcd{member + 1}";
            string client = Address(ports[member]);
            string peer = Address(ports[Members + member]);
            Launch(
                name, "etcd", "--name", name, "--data-dir", DirectoryOf(Path.Combine(name, "data")), "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer,
                "--initial-advertise-peer-urls", peer, "--initial-cluster", members, "--initial-cluster-state", "new", "--quota-backend-bytes", QuotaBytes, "--log-level", "error");
        }

        Server = new IPEndPoint(IPAddress.Loopback, await FindLeaderAsync(ports[..Members], cancellation));
    }

    /// <inheritdoc/>
    protected override ClientProtocol NewProtocol(Operation operation, int connection) => new EtcdProtocol(operation, Value, new KeySequence(connection), Server!.ToString());

    /// <summary>Whether a member that says this leads; null while it knows no leader.</summary>
    internal static bool? Leads(JsonElement status)
    {
        string? leader = status.TryGetProperty("leader", out JsonElement known) ? known.GetString() : null;
        return leader is null or "0" ? null : string.Equals(leader, status.GetProperty("header").GetProperty("member_id").GetString(), StringComparison.Ordinal);
    }

    private static string Address(int port) => $"http://127.0.0.1:{port}";

    private async Task<int> FindLeaderAsync(int[] ports, CancellationToken cancellation)
    {
        using HttpClient client = new();
        bool?[] leads = new bool?[ports.Length];
        await WaitAsync("a group with a leader", LookAsync, cancellation);
        return ports[Array.IndexOf(leads, true)];

        async Task<bool> LookAsync()
        {
            try
            {
                for (int member = 0; member < ports.Length; member++)
                {
                    using HttpResponseMessage response = await client.PostAsJsonAsync($"{Address(ports[member])}/v3/maintenance/status", new { }, cancellation);
                    leads[member] = Leads(await response.Content.ReadFromJsonAsync<JsonElement>(cancellation));
                }

                return Array.TrueForAll(leads, static known => known is not null) && leads.Contains(true);
            }
            catch (Exception exception) when (exception is HttpRequestException or JsonException)
            {
                return false;
            }
        }
    }
}
