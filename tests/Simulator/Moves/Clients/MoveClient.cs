using System.Runtime.InteropServices;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Reads;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Simulator.Randomness;
using PaxosShard.Wire.Commands;

namespace PaxosShard.Simulator.Moves.Clients;

/// <summary>
/// A client that knows the masters alone: the product's client core with its routing, and users that change and read keys, send messages and follow a room, while arcs move. Its process is paused and
/// started again, its users lose patience.
/// </summary>
internal sealed class MoveClient
{
    private const long Millisecond = 1000;
    private const long Tick = 10 * Millisecond;
    private const long LongestPause = 700_000;

    private readonly int _number;
    private readonly MoveWorld _world;
    private readonly RandomStream _random;
    private readonly OperationDraw _draw;
    private readonly FollowedRoom _followed;
    private readonly Dictionary<Call, ClientOperation> _underWay = [];

    // By where the bytes are and not by what they are: the core sends those that it was given.
    private readonly Dictionary<ReadOnlyMemory<byte>, ClientOperation> _byCommand = [];
    private List<ClientInput> _inputs = [];
    private List<ClientInput> _step = [];
    private ClientCore _core;
    private ClientLinks _links;
    private long _life;
    private long _operations;
    private int _reads;
    private long _nextCall;
    private long _pausedFor;
    private bool _isPaused;
    private bool _isStepping;
    private bool _isDraining;

    /// <summary>A client that has not done anything yet.</summary>
    /// <param name="number">Its number, from 0.</param>
    /// <param name="world">What it lives in.</param>
    public MoveClient(int number, MoveWorld world)
    {
        _number = number;
        _world = world;
        _random = RandomStream.Named(world.Options.Seed, "client", number);
        _draw = new OperationDraw(world.Options, _random, world.Checks.Ghost);
        _followed = new FollowedRoom(number, _draw.DrawRoom(), world.Checks);
        (_core, _links) = (NewCore(), new ClientLinks(world, number, Take));
    }

    /// <summary>Nothing is under way any more that has to end.</summary>
    public bool IsIdle => _underWay.Count == 0 && _reads == 0 && !_core.HasRequests;

    /// <summary>What is under way, for whoever reads a finding.</summary>
    public string UnderWay => $"client {_number} waits for {string.Join(", ", _underWay.Values)}, and {_reads} reads";

    /// <summary>Changes and reads that ended well.</summary>
    public long Completed { get; private set; }

    /// <summary>The room that it follows.</summary>
    public FollowedRoom Followed => _followed;

    private long Now => _world.Time.Milliseconds - _pausedFor;

    /// <summary>Begins.</summary>
    public void Start()
    {
        Take(ClientInput.Begin(_followed.Begin()));
        PlanTick(_life);
        PlanThought();
    }

    /// <summary>Wants nothing more: what is under way has to end.</summary>
    public void Drain() => _isDraining = true;

    /// <summary>Whoever listened somewhere is gone for a moment, and with it the connections to it.</summary>
    public void Break(IGroupEndpoint end) => _links.Break(end);

    private ClientCore NewCore() => new(
        new ClientCoreOptions { Seed = new UInt128(_random.Next(), _random.Next()), Lifetime = _world.Options.Lifetime },
        _world.Masters.Addresses);

    private void PlanThought() => _world.Time.After(_random.Exponential(_world.Options.ThinkTime) + 1, () =>
    {
        if (_isDraining)
            return;
        PlanThought();
        if (!_isPaused)
            Think();
    });

    private void PlanTick(long life) => _world.Time.After(Tick, () =>
    {
        if (life != _life)
            return;
        PlanTick(life);
        if (Now >= _nextCall)
            Step();
    });

    private void Think()
    {
        switch (_random.Below(1000))
        {
            case 0:
                StartAgain();
                break;
            case < 4:
                Pause();
                break;
            case < 9:
                _links.BreakOne();
                break;
        }

        if (_isPaused || _underWay.Count + _reads >= _world.Options.Operations)
            return;
        if (_random.Chance(1, 4))
            Read();
        else
            Change();
    }

    private void Change()
    {
        ClientOperation operation = new(_number, _life, ++_operations, _draw.DrawChange(_number, _operations));
        Request request = new(operation.Command, _world.Options.Timeout, operation);
        _underWay.Add(request, operation);
        _byCommand.Add(operation.Command, operation);
        Take(ClientInput.Begin(request));
        if (_random.Chance(1, 100))
            Take(ClientInput.CallOff(request));
    }

    private void Read()
    {
        byte[] question = _random.Chance(1, 3) ? new ReadHistoryQuery(_draw.DrawRoom(), _random.Chance(1, 2) ? 1 : -5, 20).Encode() : KeyCommand.Get(_draw.DrawKey()).Encode();
        _reads++;
        Take(ClientInput.Begin(new Query(question, _world.Options.Timeout)));
    }

    private void Pause()
    {
        _world.Marks.Reach(MoveMark.ClientPaused);
        _isPaused = true;
        long pause = _random.Below(LongestPause) + 1;
        _world.Time.After(pause, () =>
        {
            _isPaused = false;
            _pausedFor += pause / Millisecond;
            Step();
        });
    }

    private void StartAgain()
    {
        _world.Marks.Reach(MoveMark.ClientRestarted);
        _links.CloseAll();
        _underWay.Clear();
        _inputs.Clear();
        _reads = 0;
        _life++;
        _nextCall = 0;
        (_core, _links) = (NewCore(), new ClientLinks(_world, _number, Take));
        Take(ClientInput.Begin(_followed.Begin()));
        PlanTick(_life);
    }

    private void Take(ClientInput input)
    {
        _inputs.Add(input);
        Step();
    }

    private void Step()
    {
        if (_isStepping || _isPaused)
            return;
        _isStepping = true;
        do
        {
            (_inputs, _step) = (_step, _inputs);
            ClientEffects effects = _core.Step(CollectionsMarshal.AsSpan(_step), Now, _world.Time.Milliseconds);
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
            _links.Connect(connect.Connection, connect.Address);
        foreach (SendEffect send in effects.Sends)
        {
            OnSending(send);
            _links.Send(send.Connection, send.Request);
        }

        foreach (int connection in effects.Closes)
            _links.Close(connection);
        foreach (Delivery delivery in effects.Deliveries)
            OnDelivered(delivery);
        foreach (Completion completion in effects.Completions)
            OnCompleted(completion);
    }

    private void OnSending(in SendEffect send)
    {
        if (_byCommand.TryGetValue(send.Request.Command, out ClientOperation? operation))
            _world.Checks.Executions.OnSent(operation, send.Request);
    }

    private void OnDelivered(in Delivery delivery)
    {
        Follow follow = delivery.Follow;
        _followed.Take(delivery.Messages);
        long life = _life;
        _world.Time.After(_isDraining ? 1 : _random.Below(20 * Millisecond), () =>
        {
            if (life == _life)
                Take(ClientInput.More(follow));
        });
    }

    private void OnCompleted(in Completion completion)
    {
        if (completion.Call is Follow)
        {
            _followed.OnEnded(in completion);
        }
        else if (completion.Call is Query)
        {
            _reads--;
            Completed += completion.Outcome == Outcome.Done ? 1 : 0;
        }
        else if (_underWay.Remove(completion.Call, out ClientOperation? operation))
        {
            Completed += completion.Outcome == Outcome.Done ? 1 : 0;
            _world.Checks.Executions.OnTold(operation, in completion);
        }
    }
}
