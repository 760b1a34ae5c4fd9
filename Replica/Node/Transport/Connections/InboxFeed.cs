using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;

namespace PaxosShard.Replica.Node.Transport.Connections;

/// <summary>
/// Takes what has arrived on a connection and puts it into the inbox as one batch. Its owner reads no more before the batch is in: when
/// the inbox has no space for this source, the other side's own queue fills.
/// </summary>
/// <param name="connection">The connection, hello done.</param>
/// <param name="budget">The source's space in the inbox.</param>
/// <param name="shared">What all connections share.</param>
/// <param name="toInput">Makes an input of what a frame carries.</param>
internal sealed class InboxFeed(WatchedConnection connection, InboxBudget budget, SharedTransport shared, InboxFeed.Conversion toInput)
{
    private readonly List<Input> _batch = [];
    private long _bytes;

    /// <summary>The input that a frame is for the core.</summary>
    /// <param name="content">What the frame carries.</param>
    /// <exception cref="WireFormatException">The other side may not send that.</exception>
    public delegate Input Conversion(in FrameContent content);

    /// <summary>Takes all frames that are here whole, without those that are lost on purpose.</summary>
    /// <returns>How many inputs that makes.</returns>
    /// <exception cref="WireFormatException">The other side does not keep to the protocol.</exception>
    public int Gather()
    {
        _batch.Clear();
        _bytes = 0;
        while (connection.Receiver.TryRead(out FrameContent content, out int size))
        {
            _bytes += size;
            Input input = toInput(in content);
            if (!shared.Faults.LoseFrame())
                _batch.Add(input);
        }

        return _batch.Count;
    }

    /// <summary>Puts them in, as soon as there is space.</summary>
    public ValueTask PostAsync() => shared.Inbox.TryPost(budget, _batch, _bytes)
        ? ValueTask.CompletedTask
        : shared.Inbox.PostAsync(budget, _batch, _bytes, connection.Connection.Closed);
}
