using System.Runtime.InteropServices;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Network;
using PaxosShard.Simulator.Time;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Clients;

/// <summary>
/// A client of the group: the product's client core, with users that send, read, follow and use keys, on the simulated network and with all the bad
/// luck that a client can have. Its connections break, its process is paused or started again, its users lose patience, and copies of
/// what it sends arrive twice, out of order and much too late.
/// </summary>
public sealed class SimulatedClient : INetworkEndpoint, IEventTarget
{
    private const long TickLength = 10_000;
    private const long IdleTickLength = 90_000;
    private const int Think = 0;
    private const int Tick = 1;
    private const int LateCopy = 2;
    private const int Digested = 3;
    private const int PauseEnds = 4;

    private readonly ClientSetting _setting;
    private readonly SentRequests _sends;
    private readonly ReadMessages _reads;
    private readonly KeyCalls _keys;
    private readonly UsedNumbers _used;
    private List<ClientInput> _inputs = [];
    private List<ClientInput> _step = [];
    private ClientLife _life;
    private long _lives;
    private long _nextCall;
    private long _pausedFor;
    private long _pausedSince;
    private bool _isStepping;
    private bool _isPaused;
    private bool _isDraining;
    private bool _hasLeft;

    /// <summary>A client that has not done anything yet.</summary>
    public SimulatedClient(ClientSetting setting)
    {
        _setting = setting;
        _keys = new KeyCalls(setting);
        _sends = new SentRequests(setting, _keys);
        _reads = new ReadMessages(setting);
        _used = new UsedNumbers(setting);
        _life = new ClientLife(setting, Take);
    }

    /// <inheritdoc/>
    public bool IsMachineUp => true;

    /// <inheritdoc/>
    public bool IsListening => false;

    /// <inheritdoc/>
    public bool IsReading => !_isPaused;

    /// <summary>Nothing is under way any more that has to end, not even for users that have gone.</summary>
    public bool IsIdle => _sends.Count == 0 && _reads.Count == 0 && _keys.Count == 0 && !_life.Core.HasRequests;

    /// <summary>Operations that ended well.</summary>
    public long Completed => _sends.Completed + _reads.Completed + _keys.Completed;

    /// <summary>The room it follows and the next number it waits for; null when it follows none.</summary>
    public (int Room, long From)? Followed => _reads.Followed;

    // In virtual microseconds; a pause counts as it does by the product's clock.
    private long RanFor => _setting.Queue.Now - _pausedFor;

    /// <summary>Begins.</summary>
    public void Start()
    {
        _setting.Queue.Schedule(_setting.Queue.Now + _setting.Random.Below(20_000L), this, Tick);
        BeginFollow();
        ScheduleThink();
    }

    /// <summary>Sends a last message, and issues nothing more: what is under way has to end.</summary>
    public void Drain()
    {
        _isDraining = true;
        if (_sends.IsBroken)
            StartAgain();
        Take(ClientInput.Begin(_sends.IssueMessage(RanFor, timeout: null)));
    }

    /// <summary>Goes on as before it was told to end.</summary>
    public void GoOn()
    {
        _isDraining = false;
        ScheduleThink();
    }

    /// <summary>Hangs up for good.</summary>
    public void Leave()
    {
        _hasLeft = true;
        _life.Connections.CloseAll();
    }

    /// <summary>Notes what is under way at the end of a run as unknown.</summary>
    public void Abandon() => _sends.Abandon();

    /// <inheritdoc/>
    public void OnAccepted(ConnectionEnd end) => throw new InvalidOperationException("nobody dials a client");

    /// <inheritdoc/>
    public void OnConnected(ConnectionEnd end) => _life.Connections.OnConnected(end);

    /// <inheritdoc/>
    public void OnDialFailed(ConnectionEnd end) => _life.Connections.OnEnded(end);

    /// <inheritdoc/>
    public void OnClosed(ConnectionEnd end) => _life.Connections.OnEnded(end);

    /// <inheritdoc/>
    public void OnBytes(ConnectionEnd end, ReadOnlySpan<byte> bytes) => _life.Connections.OnBytes(end, bytes);

    /// <inheritdoc/>
    public void OnEvent(in ScheduledEvent scheduled)
    {
        switch (scheduled.Kind)
        {
            case Think:
                ScheduleThink();
                DoSomething();
                break;
            case Tick when scheduled.Argument == _lives:
                ScheduleTick();
                OnTick();
                break;
            case LateCopy:
                if (!_isDraining && !_isPaused)
                    _life.Connections.Send(_life.Primary, (ClientRequest)scheduled.Payload!);
                break;
            case Digested when scheduled.Argument == _lives:
                Take(ClientInput.More((Follow)scheduled.Payload!));
                break;
            case PauseEnds:
                Resume();
                break;
        }
    }

    private void ScheduleThink()
    {
        if (!_isDraining)
            _setting.Queue.Schedule(_setting.Queue.Now + _setting.Random.Exponential(_setting.Options.ThinkTime) + 1, this, Think);
    }

    private void ScheduleTick()
    {
        bool isIdle = _nextCall > _life.Now + (IdleTickLength / 1000) && !_isPaused;
        _setting.Queue.Schedule(_setting.Queue.Now + (isIdle ? IdleTickLength : TickLength), this, Tick, _lives);
    }

    private void OnTick()
    {
        if (_isPaused || _hasLeft)
            return;
        _life.Look(_setting.Queue.Now);
        if (_life.Now >= _nextCall)
            Step();
    }

    private void DoSomething()
    {
        if (_isDraining || _isPaused)
            return;
        ClientOptions options = _setting.Options;
        bool isTriedAgain = _sends.IsBroken && _setting.Random.Chance(1, 8);
        if (isTriedAgain || _setting.Random.Chance(options.RestartPerThousand, 1000))
            StartAgain();
        if (_setting.Random.Chance(options.PausePerThousand, 1000))
            Pause();
        else if (_setting.Random.Chance(options.HangUpPerThousand, 1000) && _life.Primary != 0)
            HangUp();
        if (_sends.Count + _reads.Count + _keys.Count >= options.Operations)
            return;
        Call call = _setting.Random.Chance(options.KeysPerThousand, 1000) ? NextOfKeys(options) : NextOfRooms(options);
        Take(ClientInput.Begin(call));
        if (_setting.Random.Chance(options.CallOffPerThousand, 1000))
            Take(ClientInput.CallOff(call));
    }

    private Call NextOfRooms(ClientOptions options) => _setting.Random.Chance(options.ReadsPerThousand, 1000)
        ? _reads.Issue(RanFor, options.Timeout)
        : _sends.IssueMessage(RanFor, options.Timeout);

    private Call NextOfKeys(ClientOptions options) => _setting.Random.Chance(options.GetsPerThousand, 1000)
        ? _keys.IssueGet(RanFor, options.Timeout)
        : _sends.IssueChange(RanFor, options.Timeout);

    private void BeginFollow()
    {
        if (_setting.Options.Follows)
            Take(ClientInput.Begin(_reads.Follow()));
    }

    private void HangUp()
    {
        int connection = _life.Primary;
        _life.Connections.Close(connection);
        Take(ClientInput.Ended(connection, "hung up"));
    }

    /// <summary>Its user starts it again with the addresses of the present members: all that it knew may be gone.</summary>
    public void LookUpMembers() => StartAgain();

    private void StartAgain()
    {
        _setting.Checks.Marks.Reach(Mark.ClientRestarted);
        _life.Connections.CloseAll();
        _sends.Abandon();
        _reads.Abandon();
        _keys.Abandon();
        _inputs.Clear();
        _lives++;
        _nextCall = 0;
        _life = new ClientLife(_setting, Take);
        _setting.Queue.Schedule(_setting.Queue.Now, this, Tick, _lives);
        BeginFollow();
    }

    private void Pause()
    {
        _setting.Checks.Marks.Reach(Mark.ClientPaused);
        _isPaused = true;
        _pausedSince = _setting.Queue.Now;
        _setting.Queue.Schedule(_setting.Queue.Now + _setting.Random.Below(_setting.Options.LongestPause) + 1, this, PauseEnds);
    }

    private void Resume()
    {
        _isPaused = false;
        _pausedFor += Math.Max(0, _setting.Queue.Now - _pausedSince - (ClientCoreOptions.Pauses.LongestStep * 1000));
        _setting.Network.ResumeReading(_setting.Address);
        Step();
    }

    private void Take(ClientInput input)
    {
        if (input.Kind == ClientInputKind.Replied)
        {
            _used.OnReply(input.Reply);
            if (!_sends.OnReply(input.Reply))
                return;
        }

        _inputs.Add(input);
        Step();
    }

    private void Step()
    {
        if (_isStepping || _isPaused || _hasLeft)
            return;
        _isStepping = true;
        do
        {
            (_inputs, _step) = (_step, _inputs);
            ClientEffects effects = _life.Core.Step(CollectionsMarshal.AsSpan(_step), _life.Now, machineTime: _setting.Queue.Now / 1000);
            _step.Clear();
            _nextCall = effects.NextCall;
            CarryOut(effects);
        }
        while (_inputs.Count > 0);
        _isStepping = false;
    }

    private void CarryOut(ClientEffects effects)
    {
        foreach (ConnectEffect connect in effects.Connects)
            _life.Connections.Connect(connect.Connection, connect.Address);
        if (!_setting.IsCalm && _setting.Random.Chance(_setting.Options.ShufflePerThousand, 1000))
            _setting.Random.Shuffle(CollectionsMarshal.AsSpan(effects.Sends));
        foreach (SendEffect send in effects.Sends)
            Send(send);
        foreach (int connection in effects.Closes)
            _life.Connections.Close(connection);
        foreach (PrimaryChange change in effects.Changes)
            _life.Primary = change.IsFound ? change.Connection : 0;
        foreach (Request taken in effects.Taken)
            ((PendingRequest)taken.Caller!).IsTakenIn = true;
        foreach (Delivery delivery in effects.Deliveries)
            OnDelivered(delivery);
        foreach (Completion completion in effects.Completions)
            OnCompleted(completion);
    }

    private void Send(in SendEffect send)
    {
        _life.Connections.Send(send.Connection, send.Request);
        if (_sends.OnSent(send.Request) is not { } operation || _setting.IsCalm)
            return;
        if (_setting.Random.Chance(_setting.Options.DoublePerThousand, 1000))
        {
            operation.AddForeignCopy();
            _life.Connections.Send(send.Connection, send.Request);
        }

        if (!_setting.Random.Chance(_setting.Options.LateCopyPerThousand, 1000))
            return;
        operation.AddForeignCopy();
        _setting.Queue.Schedule(_setting.Queue.Now + _setting.Random.Below(_setting.Options.LongestLateness), this, LateCopy, 0, send.Request);
    }

    private void OnDelivered(in Delivery delivery)
    {
        _reads.OnFollowed(delivery.Messages);
        long digestion = _setting.Options.LongestDigestion == 0 || _isDraining ? 0 : _setting.Random.Below(_setting.Options.LongestDigestion);
        _setting.Queue.Schedule(_setting.Queue.Now + digestion, this, Digested, _lives, delivery.Follow);
    }

    private void OnCompleted(in Completion completion)
    {
        if (completion.Call is Follow)
        {
            if (_reads.OnFollowEnded(in completion))
                BeginFollow();
        }
        else if (completion.Call is Query { Caller: PendingGet })
        {
            _keys.OnCompleted(completion, RanFor);
        }
        else if (completion.Call is Query)
        {
            _reads.OnCompleted(completion, RanFor);
        }
        else if (_sends.OnCompleted(completion, RanFor) is { } done && _used.UseAgain(done) is { } request)
        {
            _life.Connections.Send(_life.Primary, request);
        }
    }
}
