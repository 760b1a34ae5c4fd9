using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Network;
using PaxosShard.Simulator.Time;
using PaxosShard.Wire;

namespace PaxosShard.Simulator.Clients;

/// <summary>
/// A client of the group: a session with a window of posts, reads, a follow, and all the bad luck a client can have: it
/// is redirected, times out, sends again to other replicas, twice, out of order, much too late, and gives up.
/// </summary>
public sealed class SimulatedClient : INetworkEndpoint, IEventTarget
{
    private const int MostDoublings = 6;
    private const int Think = 0;
    private const int Wake = 1;
    private const int DialAgain = 2;
    private const int SendAgain = 3;
    private const int LateCopy = 4;

    private readonly ClientSetting _setting;
    private readonly ClientLine _line;
    private readonly PostWindow _posts;
    private readonly ReadDesk _reads;
    private readonly UsedNumbers _used;
    private long _heard;
    private int _inVain;
    private bool _isSendAgainScheduled;
    private bool _isDraining;
    private bool _hasLeft;

    /// <summary>A client that has not done anything yet.</summary>
    public SimulatedClient(ClientSetting setting)
    {
        _setting = setting;
        _line = new ClientLine(setting);
        _posts = new PostWindow(setting);
        _reads = new ReadDesk(setting);
        _used = new UsedNumbers(setting);
    }

    /// <inheritdoc/>
    public bool IsMachineUp => true;

    /// <inheritdoc/>
    public bool IsListening => false;

    /// <inheritdoc/>
    public bool IsReading => true;

    /// <summary>Nothing is under way any more that has to end.</summary>
    public bool IsIdle => _posts.Count == 0 && !_posts.IsOpening && _reads.Count == 0;

    /// <summary>Operations that ended well.</summary>
    public long Completed => _posts.Completed + _reads.Completed;

    /// <summary>Begins.</summary>
    public void Start()
    {
        _setting.Queue.Schedule(_setting.Queue.Now + _setting.Random.Below(20_000L), this, DialAgain);
        _setting.Queue.Schedule(_setting.Queue.Now + _setting.Options.RequestTimeout, this, Wake);
        ScheduleThink();
    }

    /// <summary>Posts a last text, and issues nothing more and gives nothing up: what is under way has to end.</summary>
    public void Drain()
    {
        _isDraining = true;
        if (!_setting.IsScripted)
            SendPost(_posts.IssuePost(_setting.Random.Below(_setting.Options.Rooms)));
    }

    /// <summary>Goes on as before it was told to end.</summary>
    public void GoOn()
    {
        _isDraining = false;
        ScheduleThink();
    }

    /// <summary>The room it follows and the next number it waits for; null when it follows none.</summary>
    public (int Room, long From)? Followed => _reads.Followed;

    /// <summary>Hangs up for good.</summary>
    public void Leave()
    {
        _hasLeft = true;
        _line.HangUp();
    }

    /// <summary>Posts a text now, whatever the window says; for scripted scenarios.</summary>
    public long PostNow(int room)
    {
        PendingPost post = _posts.IssuePost(room);
        SendPost(post);
        return post.Text;
    }

    /// <summary>Notes what is under way at the end of a run as unknown.</summary>
    public void Abandon() => _posts.Abandon();

    /// <inheritdoc/>
    public void OnAccepted(ConnectionEnd end) => throw new InvalidOperationException("nobody dials a client");

    /// <inheritdoc/>
    public void OnConnected(ConnectionEnd end)
    {
        _line.OnConnected(end);
        _heard = _setting.Queue.Now;
        SendEverything();
    }

    /// <inheritdoc/>
    public void OnDialFailed(ConnectionEnd end) => OnClosed(end);

    /// <inheritdoc/>
    public void OnClosed(ConnectionEnd end)
    {
        if (!_line.Forget(end))
            return;
        _line.TurnToNext();
        ScheduleDial();
    }

    /// <inheritdoc/>
    public void OnBytes(ConnectionEnd end, ReadOnlySpan<byte> bytes)
    {
        if (!_line.IsCurrent(end))
            return;
        ReadOnlySpan<byte> joined = _line.Assembler.Join(bytes);
        try
        {
            while (_line.IsCurrent(end) && _line.Assembler.TryRead(ref joined, out Message? message))
            {
                if (message is ClientReply reply)
                    OnReply(reply);
            }
        }
        catch (WireFormatException)
        {
            HangUp();
            return;
        }

        // How long this frame takes is of no account here: a request that takes too long ends the connection.
        _line.Assembler.Keep(joined, isNew: true, _setting.Queue.Now);
    }

    /// <inheritdoc/>
    public void OnEvent(in ScheduledEvent scheduled)
    {
        switch (scheduled.Kind)
        {
            case Think:
                ScheduleThink();
                IssueSomething();
                break;
            case Wake:
                OnWake();
                break;
            case DialAgain:
                if (!_hasLeft)
                    _line.Dial();
                break;
            case SendAgain:
                _isSendAgainScheduled = false;
                SendEverything();
                break;
            case LateCopy:
                if (!_isDraining)
                    _line.Send((ClientRequest)scheduled.Payload!);
                break;
        }
    }

    private void OnWake()
    {
        _setting.Queue.Schedule(_setting.Queue.Now + _setting.Options.RequestTimeout, this, Wake);
        if (!_isDraining && _setting.Options.GiveUp > 0 && _posts.OldestInvoked < _setting.Queue.Now - _setting.Options.GiveUp)
        {
            _setting.Checks.Marks.Reach(Mark.GivenUp);
            _posts.Abandon();
            SendEverything();
        }

        long patience = _setting.Options.RequestTimeout + (IsIdle ? ReadDesk.LongestFollow : 0);
        if (_hasLeft || (IsIdle && Followed is null) || _setting.Queue.Now - _heard < patience)
            return;
        HangUp();
    }

    private void HangUp()
    {
        _line.HangUp();
        _line.TurnToNext();
        ScheduleDial();
    }

    private void ScheduleThink()
    {
        long wait = _setting.Options.ThinkTime == 0 ? 200 : _setting.Random.Exponential(_setting.Options.ThinkTime) + 1;
        if (!_isDraining)
            _setting.Queue.Schedule(_setting.Queue.Now + wait, this, Think);
    }

    private void ScheduleDial() =>
        _setting.Queue.Schedule(_setting.Queue.Now + 5_000 + _setting.Random.Below(20_000L), this, DialAgain);

    private void ScheduleSendAgain(long wait)
    {
        if (_isSendAgainScheduled)
            return;
        _isSendAgainScheduled = true;

        // Each time in vain doubles the wait: else what is sent again keeps the group too busy to take it.
        _setting.Queue.Schedule(_setting.Queue.Now + (wait << _inVain), this, SendAgain);
        _inVain = Math.Min(_inVain + 1, MostDoublings);
    }

    private void IssueSomething()
    {
        if (_isDraining || _setting.IsScripted)
            return;
        if (_setting.Random.Chance(_setting.Options.HangUpPerThousand, 1000))
            HangUp();
        if (_setting.Random.Chance(_setting.Options.ReadsPerThousand, 1000))
        {
            if (_reads.Count < _setting.Options.Window)
                _line.Send(_reads.Issue());
        }
        else if (_posts.HasRoom)
        {
            SendPost(_posts.IssuePost(_setting.Random.Below(_setting.Options.Rooms)));
        }
    }

    private void SendPost(PendingPost post)
    {
        if (_posts.IsOpen)
            Send(post);
    }

    private void Send(PendingPost post)
    {
        ClientRequest request = _posts.RequestOf(post);
        Copy(post, request);
        if (_setting.IsCalm)
            return;
        if (_setting.Random.Chance(_setting.Options.DoublePerThousand, 1000))
            Copy(post, request);
        if (!_setting.Random.Chance(_setting.Options.LateCopyPerThousand, 1000))
            return;
        post.Copies++;
        _setting.Queue.Schedule(_setting.Queue.Now + _setting.Random.Below(_setting.Options.LongestLateness), this, LateCopy, 0, request);
    }

    private void Copy(PendingPost post, ClientRequest request)
    {
        post.Copies++;
        _line.Send(request);
    }

    private void SendEverything()
    {
        if (!_line.IsConnected)
            return;
        if (_posts.IsOpen)
        {
            foreach (PendingPost post in _posts.InSendingOrder())
                Send(post);
        }
        else
        {
            _line.Send(_posts.Opening());
        }

        foreach (ClientRequest read in _reads.Everything())
            _line.Send(read);
    }

    private void OnReply(ClientReply reply)
    {
        switch (reply.Status)
        {
            case ReplyStatus.Redirect or ReplyStatus.Superseded:
                OnRedirect(reply.View);
                break;
            case ReplyStatus.NoQuorum:
                HangUp();
                break;
            case ReplyStatus.Busy:
                ScheduleSendAgain(_setting.Options.BusyWait);
                break;
            case ReplyStatus.OutOfOrder:
                ScheduleSendAgain(_setting.Options.BusyWait / 8);
                break;
            case ReplyStatus.OutcomeUnknown:
                if (_posts.IsSession(reply.Session))
                {
                    _posts.Abandon();
                    ScheduleSendAgain(1);
                }

                break;
            default:
                OnFinal(reply);
                break;
        }
    }

    private void OnRedirect(View view)
    {
        if (view >= View.First && _line.TurnTo(view.Primary(_setting.ReplicaCount).Index))
        {
            _line.HangUp();
            _line.Dial();
            return;
        }

        _setting.Queue.Schedule(_setting.Queue.Now, this, DialAgain);
        ScheduleSendAgain(_setting.Options.BusyWait);
    }

    private void OnFinal(ClientReply reply)
    {
        // A redirect is no sign of life: who is sent in a circle turns to somebody else after a while.
        _heard = _setting.Queue.Now;
        if (reply.Session != SessionId.None)
        {
            _used.OnReply(reply);
            if (_posts.OnReply(reply) is { } done)
            {
                _inVain = 0;
                if (_used.UseAgain(done, reply.Session) is { } request)
                    _line.Send(request);
            }
        }
        else if (_posts.TryOpen(reply))
        {
            _inVain = 0;
            SendEverything();
        }
        else if (_reads.OnReply(reply) is { } next)
        {
            _line.Send(next);
        }

        if (_setting.Options.ThinkTime == 0)
            IssueSomething();
    }
}
