using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>A load on one room by several senders that goes on whatever happens to the group; afterwards the room is audited.</summary>
internal sealed class DrillLoad : IAsyncDisposable
{
    private readonly List<ChatLogClient> _clients;
    private readonly List<TokenSender> _senders;
    private readonly string _room;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;

    private DrillLoad(List<ChatLogClient> clients, string room)
    {
        _clients = clients;
        _room = room;
        _senders = [.. clients.Select((client, index) => new TokenSender(client, room, $"sender{index}", Times))];
        _sending = Task.WhenAll(_senders.Select(sender => sender.SendUntilAsync(_stop.Token)));
    }

    /// <summary>When acknowledgements came.</summary>
    public AcknowledgementTimes Times { get; } = new();

    /// <summary>What the room held when it was audited; null before.</summary>
    public DrillRoom? Room { get; private set; }

    /// <summary>Starts the senders.</summary>
    /// <param name="options">How to connect.</param>
    /// <param name="senders">How many, each with a client of its own.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<DrillLoad> StartAsync(ClientOptions options, int senders, CancellationToken cancellation)
    {
        List<ChatLogClient> clients = [];
        for (int index = 0; index < senders; index++)
            clients.Add(await ChatLogClient.ConnectAsync(options, cancellation));
        return new DrillLoad(clients, DrillRoom.NewName());
    }

    /// <summary>Waits until this many more messages are acknowledged than now.</summary>
    /// <exception cref="OperationCanceledException">They did not come in time.</exception>
    public async Task WaitForMoreAsync(int acknowledgements, CancellationToken cancellation)
    {
        int wanted = Times.Count + acknowledgements;
        while (Times.Count < wanted)
            await Task.Delay(5, cancellation);
    }

    /// <summary>Ends the load, reads the room back and compares.</summary>
    public async Task<Audit> StopAndAuditAsync(CancellationToken cancellation)
    {
        await _stop.CancelAsync();
        await _sending;
        Room = await DrillRoom.ReadAsync(_clients[0], _room, cancellation);
        return Audit.Of([.. _senders.Select(sender => sender.Messages)], Room.Messages, Room.First);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (ChatLogClient client in _clients)
            await client.DisposeAsync();
        await _sending;
        _stop.Dispose();
    }
}
