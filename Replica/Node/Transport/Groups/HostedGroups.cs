using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Node.Transport.Groups;

/// <summary>
/// The groups of which a process runs a replica: they ask and tell each other without a connection, in the turn of the loop in which they have something to say. That is so for the address at which the process
/// is known; behind any other one there may be something that delays or loses what passes. Groups are added before the loop runs, and the rest is used by the loop's thread alone.
/// </summary>
internal sealed class HostedGroups
{
    private readonly Dictionary<GroupId, (NetworkAddress Address, Inbox Inbox)> _groups = [];
    private readonly Dictionary<(GroupId Asked, ClientHandle Asker), HostedLink> _links = [];

    /// <summary>One more group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="address">At which the others know its replica.</param>
    /// <param name="inbox">The door to its driver.</param>
    public void Add(GroupId group, NetworkAddress address, Inbox inbox) => _groups.Add(group, (address, inbox));

    /// <summary>How one group of the process asks the replica of another one at an address; null when that is not here.</summary>
    /// <param name="asker">Who asks.</param>
    /// <param name="asked">Who is asked.</param>
    /// <param name="address">Where.</param>
    /// <param name="time">By which the other one is silent.</param>
    public HostedLink? Find(GroupId asker, GroupId asked, NetworkAddress address, TimeProvider time)
    {
        if (!_groups.TryGetValue(asked, out (NetworkAddress Address, Inbox Inbox) other) || other.Address != address || !_groups.TryGetValue(asker, out (NetworkAddress Address, Inbox Inbox) own))
            return null;
        ClientHandle handle = HandleOf(asker);
        if (!_links.TryGetValue((asked, handle), out HostedLink? link))
            _links.Add((asked, handle), link = new HostedLink(handle, own.Inbox, other.Inbox, time));
        return link;
    }

    /// <summary>Tells who has asked; false when that is no group of this process.</summary>
    /// <param name="asked">Who tells.</param>
    /// <param name="asker">Who has asked.</param>
    /// <param name="notes">What is told.</param>
    public bool TryTell(GroupId asked, ClientHandle asker, GroupNotes notes)
    {
        if (!_links.TryGetValue((asked, asker), out HostedLink? link))
            return false;
        link.Take(notes);
        return true;
    }

    // Connections have numbers above zero.
    private static ClientHandle HandleOf(GroupId group) => new(-group.Number);
}

/// <summary>The way from one group of a process to another one.</summary>
/// <param name="handle">As whom the other group knows this one.</param>
/// <param name="own">The door to who asks.</param>
/// <param name="other">The door to who is asked.</param>
/// <param name="time">By which the other one is silent.</param>
internal sealed class HostedLink(ClientHandle handle, Inbox own, Inbox other, TimeProvider time) : IGroupLink
{
    private const int InboxCount = 1024;

    // More than any has.
    private const long BytesOfNote = 64;

    private readonly List<Input> _batch = [];
    private readonly InboxBudget _asked = new(InboxCount, Limits.FrameBetweenReplicas);
    private readonly InboxBudget _told = new(InboxCount, Limits.FrameBetweenReplicas);
    private AnswerTimes _times;

    /// <inheritdoc/>
    public long AnsweredAt => _times.AnsweredAt;

    /// <inheritdoc/>
    public bool IsAnswering => _times.IsAnswering(time);

    /// <inheritdoc/>
    public void Keep()
    {
        // There is nothing to be kept up.
    }

    /// <inheritdoc/>
    public void Send(IReadOnlyList<GroupNotes> messages)
    {
        _times.OnAsked(time);
        Post(other, _asked, handle, messages);
    }

    /// <summary>The other group tells something.</summary>
    public void Take(GroupNotes notes)
    {
        _times.OnAnswered(time);
        Post(own, _told, default, [notes]);
    }

    // What finds no space is lost, as on a connection, and asked again.
    private void Post(Inbox inbox, InboxBudget budget, ClientHandle from, IReadOnlyList<GroupNotes> messages)
    {
        _batch.Clear();
        long bytes = 0;
        for (int index = 0; index < messages.Count; index++)
        {
            _batch.Add(Input.FromGroup(from, messages[index]));
            bytes += messages[index].Notes.Count * BytesOfNote;
        }

        inbox.TryPost(budget, _batch, bytes);
    }
}
