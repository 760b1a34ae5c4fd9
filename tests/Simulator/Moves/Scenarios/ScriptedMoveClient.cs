using System.Runtime.InteropServices;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Ordered;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Simulator.Moves.Clients;
using PaxosShard.Simulator.Moves.Groups;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Moves.Scenarios;

/// <summary>A client as the product has it, which knows the masters alone, in a script of moves or in bursts of a random run: it decides what it sends and to whom, and the script what becomes of that.</summary>
internal sealed class ScriptedMoveClient
{
    private const long Tick = 10_000;

    // Its checks know it by a number that no session of a script has.
    private const int FirstNumber = 1 << 24;

    private readonly MoveWorld _world;
    private readonly int _number;
    private readonly ClientCore _core;
    private readonly ClientLinks _links;
    private readonly Dictionary<Call, ClientOperation> _operations = [];
    private readonly Dictionary<ReadOnlyMemory<byte>, ClientOperation> _byCommand = [];
    private readonly Dictionary<OrderedLine, SequenceNumber> _told = [];
    private readonly Dictionary<OrderedLine, SequenceNumber> _heard = [];
    private List<ClientInput> _inputs = [];
    private List<ClientInput> _step = [];
    private bool _isStepping;
    private bool _isDead;

    /// <summary>A client that wants nothing yet.</summary>
    /// <param name="script">The shards.</param>
    /// <param name="number">Its number: another one for each client of a script.</param>
    /// <param name="lifetime">How long its requests may run, milliseconds.</param>
    public ScriptedMoveClient(MoveScript script, int number, long lifetime = 120_000)
        : this(script.World, number, lifetime)
    {
    }

    /// <summary>A client that wants nothing yet.</summary>
    /// <param name="world">What it lives in.</param>
    /// <param name="number">Its number: another one for each client of a run.</param>
    /// <param name="lifetime">How long its requests may run, milliseconds.</param>
    public ScriptedMoveClient(MoveWorld world, int number, long lifetime = 120_000)
    {
        _world = world;
        _number = number;
        _core = new ClientCore(new ClientCoreOptions { Seed = (UInt128)number, Lifetime = lifetime }, world.Masters.Addresses);
        _links = new ClientLinks(world, number, Take);
        PlanTick();
    }

    /// <summary>Says which of its requests are held, in place of being sent; null for none.</summary>
    public Func<ClientRequest, bool>? Holds { get; set; }

    /// <summary>The requests that were held, in their order.</summary>
    public List<ClientRequest> Held { get; } = [];

    /// <summary>Its user changes something.</summary>
    /// <param name="command">The command, encoded.</param>
    /// <param name="timeout">How long it may take, milliseconds; null: for ever.</param>
    public Request Change(byte[] command, long? timeout = null)
    {
        ClientOperation operation = new(FirstNumber + _number, life: 0, _operations.Count + 1, command);
        Request request = new(operation.Command, timeout, operation);
        _operations.Add(request, operation);
        _byCommand.Add(operation.Command, operation);
        Take(ClientInput.Begin(request));
        return request;
    }

    /// <summary>Says which of its operations in ordered sessions are held, in place of being sent; null for none. They may be sent by <see cref="Release"/>.</summary>
    public Func<OrderedRequest, bool>? HoldsOrdered { get; set; }

    /// <summary>The operations that were held, in their order.</summary>
    public List<OrderedSendEffect> HeldOrdered { get; } = [];

    /// <summary>How its operations in ordered sessions ended, in the order in which it was told.</summary>
    public List<(long Number, Outcome Outcome, byte[] Payload)> Told { get; } = [];

    /// <summary>How long it takes until its user knows of a failure that was told, microseconds: what it issues until then fails too; null: no time.</summary>
    public Func<long>? HearingTakes { get; init; }

    /// <summary>Is told how each of its operations in ordered sessions ended; null for nobody.</summary>
    public Action<OrderedCall, Completion>? Hears { get; init; }

    /// <summary>Its user wants something in an ordered session.</summary>
    /// <param name="line">The session.</param>
    /// <param name="command">The command, encoded.</param>
    /// <param name="timeout">How long it may take, milliseconds; null: for ever.</param>
    public OrderedCall Order(OrderedLine line, byte[] command, long? timeout = null)
    {
        ClientOperation operation = new(FirstNumber + _number, life: 0, _operations.Count + 1, command);
        OrderedCall call = new(line, operation.Command, timeout, operation);
        _operations.Add(call, operation);
        _byCommand.Add(operation.Command, operation);
        call.Heard = _heard.GetValueOrDefault(line, SequenceNumber.None);
        if (call.Heard < _told.GetValueOrDefault(line, SequenceNumber.None))
            _world.Marks.Reach(MoveMark.IssuedBeforeHearing);
        Take(ClientInput.Begin(call));
        if (call.Sequence != SequenceNumber.None)
            _world.Checks.Order.OnBegun(line.Session, call.Sequence.Number);
        return call;
    }

    /// <summary>Its user calls an operation off.</summary>
    public void CallOff(OrderedCall call) => Take(ClientInput.CallOff(call));

    /// <summary>Sends what was held.</summary>
    public void Release()
    {
        foreach (OrderedSendEffect send in HeldOrdered.ToArray())
            _links.Send(send.Connection, send.Request);
        HeldOrdered.Clear();
    }

    /// <summary>Its process is gone: nothing of it comes any more.</summary>
    public void Die()
    {
        _isDead = true;
        _links.CloseAll();
    }

    /// <summary>Whoever listened somewhere is gone for a moment, and with it the connections to it.</summary>
    public void Break(IGroupEndpoint end) => _links.Break(end);

    /// <summary>How a change ended; null before that.</summary>
    public Outcome? OutcomeOf(Request request) => _operations[request].Outcome;

    private void PlanTick() => _world.Time.After(Tick, () =>
    {
        if (_isDead)
            return;
        PlanTick();
        Step();
    });

    private void Take(ClientInput input)
    {
        _inputs.Add(input);
        Step();
    }

    private void Step()
    {
        if (_isStepping || _isDead)
            return;
        _isStepping = true;
        do
        {
            (_inputs, _step) = (_step, _inputs);
            long now = _world.Time.Milliseconds;
            CarryOut(_core.Step(CollectionsMarshal.AsSpan(_step), now, now));
            _step.Clear();
        }
        while (_inputs.Count > 0);
        _isStepping = false;
    }

    private void CarryOut(ClientEffects effects)
    {
        foreach (ConnectEffect connect in effects.Connects)
            _links.Connect(connect.Connection, connect.Address);
        foreach (SendEffect send in effects.Sends)
            Send(in send);
        foreach (OrderedSendEffect send in effects.OrderedSends)
            Send(in send);
        foreach (int connection in effects.Closes)
            _links.Close(connection);
        foreach (Completion completion in effects.Completions)
        {
            if (completion.Call is OrderedCall call)
                OnTold(call, in completion);
            else if (_operations.TryGetValue(completion.Call, out ClientOperation? operation))
                _world.Checks.Executions.OnTold(operation, in completion);
        }
    }

    private void OnTold(OrderedCall call, in Completion completion)
    {
        long number = call.Sequence.Number;
        Told.Add((number, completion.Outcome, completion.Payload.ToArray()));
        ClientOperation operation = _operations[call];
        if (operation.Command[0] != (byte)CommandKind.GetKey)
            _world.Checks.Executions.OnTold(operation, in completion);
        if (completion.Outcome is Outcome.Done or Outcome.Rejected)
            _world.Checks.Order.OnDone(call.Line.Session, number);
        else if (completion.Outcome != Outcome.Unknown)
        {
            Hear(call.Line, completion.Name.Sequence);
            _world.Checks.Order.OnFailed(call.Line.Session, number);
        }

        Hears?.Invoke(call, completion);
    }

    // What is told and what its user knows are two things: a thread that waits for the end may go on much later.
    private void Hear(OrderedLine line, SequenceNumber failed)
    {
        _told[line] = failed;
        if (HearingTakes?.Invoke() is > 0 and var delay)
            _world.Time.After(delay, () => Note(line, failed));
        else
            Note(line, failed);
    }

    private void Note(OrderedLine line, SequenceNumber failed)
    {
        if (_heard.GetValueOrDefault(line, SequenceNumber.None) < failed)
            _heard[line] = failed;
    }

    private void Send(in OrderedSendEffect send)
    {
        if (_byCommand.TryGetValue(send.Request.Request.Command, out ClientOperation? operation))
            _world.Checks.Executions.OnSent(operation, send.Request.Request);
        _world.Checks.Order.OnSent(send.Request.Request);
        if (HoldsOrdered?.Invoke(send.Request) == true)
            HeldOrdered.Add(send);
        else
            _links.Send(send.Connection, send.Request);
    }

    private void Send(in SendEffect send)
    {
        if (_byCommand.TryGetValue(send.Request.Command, out ClientOperation? operation))
            _world.Checks.Executions.OnSent(operation, send.Request);
        if (Holds?.Invoke(send.Request) == true)
            Held.Add(send.Request);
        else
            _links.Send(send.Connection, send.Request);
    }
}
