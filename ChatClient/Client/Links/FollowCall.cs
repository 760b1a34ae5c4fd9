using System.Threading.Channels;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Client.Links;

/// <summary>A room that is being followed: what its consumer reads.</summary>
internal sealed class FollowCall : LinkCall
{
    // The core delivers once more only when the consumer says so: never more than one delivery is in here.
    private readonly Channel<IReadOnlyList<RoomMessage>> _deliveries = Channel.CreateUnbounded<IReadOnlyList<RoomMessage>>();

    /// <summary>A follow that nobody has been told of yet.</summary>
    /// <param name="room">Name of the room.</param>
    /// <param name="from">As for <see cref="ChatLogClient.ReadHistoryAsync"/>.</param>
    /// <param name="onOutage">Told of outages.</param>
    public FollowCall(string room, long from, Action<FollowOutage> onOutage)
    {
        Follow = new Follow(room, from, this);
        OnOutage = onOutage;
    }

    /// <summary>The core's side of it.</summary>
    public Follow Follow { get; }

    /// <inheritdoc/>
    public override Call Call => Follow;

    /// <summary>Told of outages.</summary>
    public Action<FollowOutage> OnOutage { get; }

    /// <summary>What was delivered; ends with the error that ends the follow.</summary>
    public ChannelReader<IReadOnlyList<RoomMessage>> Deliveries => _deliveries.Reader;

    /// <summary>Messages came.</summary>
    public void OnDelivered(IReadOnlyList<RoomMessage> messages) => _deliveries.Writer.TryWrite(messages);

    /// <inheritdoc/>
    public override void Resume(in EndedCall ended) => _deliveries.Writer.TryComplete(ended.Error);
}
