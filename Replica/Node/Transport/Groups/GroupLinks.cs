using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Node.Driver;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Node.Transport.Groups;

/// <summary>
/// The connections on which this replica asks other groups: one to each replica of a group that it asks, kept while there is something to ask and for a while after that. All replicas of a group are asked, and the
/// one that leads answers, so that nobody has to find out which one that is; as long as it answers soon, it is asked alone. Whatever is lost is asked again. A replica that runs in this process needs no connection
/// (<see cref="HostedGroups"/>). Used by the driver's thread alone.
/// </summary>
/// <param name="shared">What all connections share.</param>
/// <param name="hosted">The groups of this process.</param>
/// <param name="time">By which a replica is silent.</param>
/// <param name="stopping">Cancelled when the replica stops.</param>
internal sealed class GroupLinks(SharedTransport shared, HostedGroups hosted, TimeProvider time, CancellationToken stopping)
{
    /// <summary>Most connections; a question to one more replica is lost until another connection has ended.</summary>
    public const int Most = 256;

    private const int InboxCount = 1024;

    private readonly Dictionary<(GroupId Group, string Address), (GroupLink Link, Task Task)> _links = [];
    private readonly NotesByReceiver<GroupId> _questions = new();
    private readonly List<IReadOnlyList<string>> _addresses = [];
    private readonly List<IGroupLink> _asked = [];
    private readonly Dictionary<string, NetworkAddress?> _parsed = new(StringComparer.Ordinal);
    private readonly InboxBudget _budget = new(InboxCount, 4 * Limits.FrameBetweenReplicas);

    /// <summary>Ends when all connections are closed.</summary>
    public Task Completion => Task.WhenAll([.. _links.Values.Select(static link => link.Task)]);

    /// <summary>Asks: all questions to one group leave in one frame, or in as few as hold them.</summary>
    public void Ask(List<GroupQuestion> questions)
    {
        foreach (GroupQuestion question in questions)
        {
            if (_questions.Add(question.Group, question.Note))
                _addresses.Add(question.Addresses);
        }

        for (int index = 0; index < _questions.Count; index++)
            Ask(_questions.ReceiverAt(index), _addresses[index], _questions.MessagesAt(index));
        _questions.Clear();
        _addresses.Clear();
    }

    /// <summary>Tells a group of this process that has asked; false when who has asked is none.</summary>
    public bool TryTell(ClientHandle asker, GroupNotes notes) => hosted.TryTell(shared.Self.Group, asker, notes);

    private void Ask(GroupId group, IReadOnlyList<string> addresses, GroupNotes[] messages)
    {
        _asked.Clear();
        IGroupLink? last = null;
        for (int index = 0; index < addresses.Count; index++)
        {
            if (Find(group, addresses[index]) is not { } link)
                continue;
            _asked.Add(link);
            if (last is null || link.AnsweredAt > last.AnsweredAt)
                last = link;
        }

        bool isAnswering = last is { IsAnswering: true };
        foreach (IGroupLink link in _asked)
        {
            // The others are kept up all the same: they are asked at once when this one is silent.
            if (link == last || !isAnswering)
                link.Send(messages);
            else
                link.Keep();
        }
    }

    private NetworkAddress? Parse(string address)
    {
        if (_parsed.TryGetValue(address, out NetworkAddress? known))
            return known;
        if (_parsed.Count >= Most)
            _parsed.Clear();
        return _parsed[address] = NetworkAddress.TryParse(address, out NetworkAddress? parsed) ? parsed : null;
    }

    private IGroupLink? Find(GroupId group, string address)
    {
        if (Parse(address) is { } here && hosted.Find(shared.Self.Group, group, here, time) is { } near)
            return near;
        if (_links.TryGetValue((group, address), out (GroupLink Link, Task Task) known) && !known.Task.IsCompleted)
            return known.Link;
        if (_links.Count >= Most)
            RemoveEnded();
        if (_links.Count >= Most || stopping.IsCancellationRequested || Parse(address) is not { } destination)
            return null;
        GroupLink link = new(group, destination, shared, _budget, time);
        _links[(group, address)] = (link, shared.Loop.RunAsync(() => link.RunAsync(stopping)));
        return link;
    }

    private void RemoveEnded()
    {
        foreach ((GroupId Group, string Address) ended in _links.Where(static link => link.Value.Task.IsCompleted).Select(static link => link.Key).ToArray())
            _links.Remove(ended);
    }
}
