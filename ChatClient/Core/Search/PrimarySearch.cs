using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Client.Core.Search;

/// <summary>
/// Finds out who leads the group: every known address is asked on a connection of its own, again and again, until one of them leads
/// (asking changes nothing there: rule 6). An address that does not answer holds up no other.
/// </summary>
/// <param name="options">Times and pauses.</param>
/// <param name="addresses">Whom to ask; what is answered is added, and asked too.</param>
/// <param name="drawConnection">Draws the number of a connection.</param>
/// <param name="effects">Where connections and questions go.</param>
/// <param name="random">Chance.</param>
internal sealed class PrimarySearch(ClientCoreOptions options, AddressBook addresses, Func<int> drawConnection, ClientEffects effects, SeededRandom random)
{
    private const string PrimaryRole = "primary";

    // From the top down: a client numbers its reads from 1 up, and an answer to this question may come late, when the connection serves reads.
    private const long LowestTag = Limits.HighestNumber / 2;

    private readonly List<AskedAddress> _asked = [];
    private readonly byte[] _question = new ReadStatusQuery().Encode();
    private long _lastTag = Limits.HighestNumber;
    private long _notBefore;

    /// <summary>The group; replicas of others are of no use. None: of any.</summary>
    public GroupId Group { get; set; }

    /// <summary>It goes on.</summary>
    public bool IsActive { get; private set; }

    /// <summary>When something is to be done next, in milliseconds; the end of time when the search is over.</summary>
    public long NextCall => IsActive ? _asked.Count == 0 ? _notBefore : _asked.Min(static asked => asked.NextAt) : long.MaxValue;

    /// <summary>This is the answer to a question of a search, perhaps of an earlier one.</summary>
    public static bool IsAnswer(in ClientReply reply) => reply.Session == SessionId.None && reply.Sequence.Number > LowestTag;

    /// <summary>Starts to ask, unless it goes on already.</summary>
    /// <param name="notBefore">When to begin.</param>
    public void Begin(long notBefore)
    {
        if (IsActive)
            return;
        IsActive = true;
        _notBefore = notBefore;
    }

    /// <summary>Ends it and closes its connections.</summary>
    /// <param name="kept">All but this one; 0 for none.</param>
    public void End(int kept = 0)
    {
        foreach (AskedAddress asked in _asked)
        {
            if (asked.Connection != 0 && asked.Connection != kept)
                effects.Closes.Add(asked.Connection);
        }
        _asked.Clear();
        IsActive = false;
    }

    /// <summary>The answer has become more urgent: no pause is longer than those of a search that has just begun.</summary>
    /// <param name="now">The present time.</param>
    public void Hasten(long now)
    {
        foreach (AskedAddress asked in _asked)
        {
            asked.BackOff.Reset();
            if (asked.State == AskState.Pausing)
                asked.Deadline = Math.Min(asked.Deadline, now + asked.BackOff.Next(options.AskPause));
        }
    }

    /// <summary>Does what is due: connects, asks, asks again, gives up.</summary>
    /// <param name="isIdle">Nothing waits for the answer: the pauses may be long.</param>
    /// <param name="notYet">An address that is not asked yet, unless it is already; null: all are.</param>
    /// <param name="now">The present time.</param>
    public void Advance(bool isIdle, string? notYet, long now)
    {
        if (!IsActive || now < _notBefore)
            return;
        foreach (string address in addresses.All)
        {
            if (!address.Equals(notYet, StringComparison.Ordinal) && !_asked.Exists(asked => asked.Address.Equals(address, StringComparison.Ordinal)))
                _asked.Add(new AskedAddress(address, new BackOff(options.BackOffFirst, random)) { Deadline = now });
        }
        if (_asked.Count == 0)
            _notBefore = now + options.Silence; // There is only that one.
        foreach (AskedAddress asked in _asked)
        {
            if (asked.NextAt <= now)
                Advance(asked, isIdle, now);
        }
    }

    /// <summary>A connection is up.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="group">The group of the replica at its other end.</param>
    /// <param name="isIdle">Nothing waits for the answer.</param>
    /// <param name="now">The present time.</param>
    public void OnOpened(int connection, GroupId group, bool isIdle, long now)
    {
        if (Find(connection) is not { State: AskState.Connecting } asked)
            return;
        asked.Group = group;
        if (IsOfAnother(group))
        {
            Refuse(asked, WhyOfNoUse(group), isIdle, now);
            return;
        }

        asked.State = AskState.Asked;
        Ask(asked, now);
    }

    /// <summary>A connection did not come up, or ended.</summary>
    public void OnEnded(int connection, string reason, bool isIdle, long now)
    {
        if (Find(connection) is not { } asked)
            return;
        asked.Connection = 0;
        GiveUp(asked, reason, isIdle, now);
    }

    /// <summary>A reply arrived on a connection of the search: any answer will do, a late one to the question before is as good.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="reply">The reply.</param>
    /// <param name="atLeast">The lowest view of interest: in a lower one leads an old primary that does not know it yet.</param>
    /// <param name="isIdle">Nothing waits for the answer.</param>
    /// <param name="now">The present time.</param>
    /// <returns>Who leads; null when this one does not.</returns>
    public FoundPrimary? OnReply(int connection, in ClientReply reply, View atLeast, bool isIdle, long now)
    {
        if (Find(connection) is not { } asked || !IsAnswer(reply))
            return null;
        if (IsOfAnother(asked.Group))
        {
            Refuse(asked, WhyOfNoUse(asked.Group), isIdle, now); // It was not known yet which group is looked for.
            return null;
        }

        if (TryDecode(reply, out string failure) is not { } status)
        {
            Refuse(asked, failure, isIdle, now);
            return null;
        }
        addresses.LearnAll(status.Addresses);
        if (!IsUsable(status, atLeast))
        {
            addresses.Failed(asked.Address, Describe(status));
            Pause(asked, isIdle ? options.BackOffIdle : options.AskPause, now);
            return null;
        }
        addresses.Succeeded(asked.Address);
        return new FoundPrimary(connection, asked.Address, asked.Group, status.View, reply.LogTime, now - asked.Since);
    }

    private void Advance(AskedAddress asked, bool isIdle, long now)
    {
        switch (asked.State)
        {
            case AskState.Pausing when asked.Connection == 0:
                asked.Connection = drawConnection();
                asked.State = AskState.Connecting;
                asked.Since = now;
                asked.Deadline = now + options.ProbeTimeout;
                effects.Connects.Add(new ConnectEffect(asked.Connection, asked.Address, Group));
                break;
            case AskState.Pausing:
                asked.State = AskState.Asked;
                asked.Since = now;
                asked.Deadline = now + options.ProbeTimeout;
                Ask(asked, now);
                break;
            case AskState.Asked when asked.Deadline > now:
                Ask(asked, now); // A frame may be lost.
                break;
            default:
                Refuse(asked, "no answer in time", isIdle, now);
                break;
        }
    }

    private void Ask(AskedAddress asked, long now)
    {
        asked.AskAgainAt = now + options.Silence;
        SequenceNumber tag = new(--_lastTag);
        effects.Sends.Add(new SendEffect(
            asked.Connection, new ClientRequest(SessionId.None, tag, SequenceNumber.None, SequenceNumber.None, _question)));
    }

    private bool IsOfAnother(GroupId group) => Group != GroupId.None && group != Group;

    private string WhyOfNoUse(GroupId group) => $"is of {group}, and not of {Group}";

    private void Refuse(AskedAddress asked, string reason, bool isIdle, long now)
    {
        effects.Closes.Add(asked.Connection);
        asked.Connection = 0;
        GiveUp(asked, reason, isIdle, now);
    }

    private void GiveUp(AskedAddress asked, string reason, bool isIdle, long now)
    {
        addresses.Failed(asked.Address, reason);
        Pause(asked, isIdle ? options.BackOffIdle : options.BackOffLast, now);
    }

    private static void Pause(AskedAddress asked, long longest, long now)
    {
        asked.State = AskState.Pausing;
        asked.Deadline = now + asked.BackOff.Next(longest);
    }

    private AskedAddress? Find(int connection) => _asked.Find(asked => asked.Connection == connection);

    private static bool IsUsable(StatusResult status, View atLeast) =>
        status.Role is PrimaryRole && status.HearsQuorum && !status.IsStateInDoubt && status.View >= atLeast;

    private static StatusResult? TryDecode(in ClientReply reply, out string failure)
    {
        failure = $"answered {reply.Status} to the question who leads";
        try
        {
            return reply.Status == ReplyStatus.Ok ? StatusResult.Decode(reply.Payload.Span) : null;
        }
        catch (WireFormatException exception)
        {
            failure = $"not a replica's answer: {exception.Message}";
            return null;
        }
    }

    private static string Describe(StatusResult status)
    {
        string quorum = !status.HearsQuorum ? ", hears no quorum"
            : status.IsStateInDoubt ? ", states differ and no quorum agrees"
            : "";
        string disk = status.IsDiskFull ? ", its disk is full" : "";
        return $"{status.Role} in view {status.View.NumberText}{quorum}{disk}";
    }

    private enum AskState
    {
        Pausing,
        Connecting,
        Asked,
    }

    private sealed class AskedAddress(string address, BackOff backOff)
    {
        public string Address { get; } = address;

        public BackOff BackOff { get; } = backOff;

        public int Connection { get; set; }

        public AskState State { get; set; }

        // Of the replica at the other end, once that has said so.
        public GroupId Group { get; set; }

        // When the pause, or the patience with the connection or the answer, is over.
        public long Deadline { get; set; }

        public long AskAgainAt { get; set; }

        // Since when there is no answer to what it was asked last, the time to connect included.
        public long Since { get; set; }

        public long NextAt => State == AskState.Asked ? Math.Min(AskAgainAt, Deadline) : Deadline;
    }
}

/// <summary>Who leads, as it says itself.</summary>
/// <param name="Connection">The connection to it.</param>
/// <param name="Address">Its address.</param>
/// <param name="Group">Its group.</param>
/// <param name="View">Its view.</param>
/// <param name="LogTime">Log time there.</param>
/// <param name="Took">How long the answer took, in milliseconds, connecting included where that was needed.</param>
internal readonly record struct FoundPrimary(int Connection, string Address, GroupId Group, View View, long LogTime, long Took);
