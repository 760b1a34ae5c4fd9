using System.Runtime.InteropServices;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Wire;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;

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

    /// <summary>Who takes frames that name another group than that of the connection; null where there are none.</summary>
    public IOtherFrames? Others { get; init; }

    /// <summary>Takes all frames that are here whole, without those that are lost on purpose.</summary>
    /// <returns>How many inputs that makes.</returns>
    /// <exception cref="WireFormatException">The other side does not keep to the protocol.</exception>
    public int Gather()
    {
        Clear();
        try
        {
            while (connection.Receiver.TryRead(out FrameContent content, out int size))
            {
                if (Others is not null && connection.Receiver.Frames.Named is var named && named != connection.Group)
                    Others.Take(named, in content, size);
                else
                    Add(in content, size);
            }
        }
        finally
        {
            Others?.Post();
        }

        return _batch.Count;
    }

    /// <summary>Takes one more frame, unless it is lost on purpose.</summary>
    /// <param name="content">What it carries.</param>
    /// <param name="size">Its bytes.</param>
    /// <returns>It is the first since the last <see cref="Clear"/>.</returns>
    /// <exception cref="WireFormatException">The other side does not keep to the protocol.</exception>
    public bool Add(in FrameContent content, int size)
    {
        Input input = toInput(in content);
        bool isFirst = _bytes == 0;
        _bytes += size;
        if (!shared.Faults.LoseFrame())
            _batch.Add(input);
        return isFirst;
    }

    /// <summary>Nothing is taken any more.</summary>
    public void Clear()
    {
        _batch.Clear();
        _bytes = 0;
    }

    /// <summary>Puts them in; false when there is no space.</summary>
    public bool TryPost() => shared.Inbox.TryPost(budget, _batch, _bytes);

    /// <summary>Puts them in, as soon as there is space.</summary>
    public ValueTask PostAsync()
    {
        if (TryPost())
            return ValueTask.CompletedTask;
        Keep();
        return shared.Inbox.PostAsync(budget, _batch, _bytes, connection.Connection.Closed);
    }

    /// <summary>They are not put in at once: requests have to be there for longer than the turn that would have taken them.</summary>
    public void Keep()
    {
        if (connection.Receiver.Frames.Requests is null)
            return;
        foreach (ref Input input in CollectionsMarshal.AsSpan(_batch))
            input = input.Kept();
    }
}

/// <summary>Takes frames that came on the connection of another group.</summary>
internal interface IOtherFrames
{
    /// <summary>Takes one.</summary>
    /// <param name="group">The group that it names.</param>
    /// <param name="content">What it carries.</param>
    /// <param name="size">Its bytes.</param>
    void Take(GroupId group, in FrameContent content, int size);

    /// <summary>Everything that has arrived was taken.</summary>
    void Post();
}
