using System.Runtime.InteropServices;
using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Simulator.Checks;
using PaxosShard.Simulator.Network;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Simulator.Time;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Simulator.Clients;

/// <summary>
/// Replaces members, one after the other (rule 13): the product's client core asks for a replacement, with the number of the member list that was seen last, until
/// it is told that the replacement is made.
/// </summary>
public sealed class Operator : INetworkEndpoint, IEventTarget
{
    private const long TickLength = 10_000;

    private readonly ClientSetting _setting;
    private ClientLife _life;
    private List<ClientInput> _inputs = [];
    private List<ClientInput> _step = [];
    private SimulatedReplica? _newcomer;
    private long _seenList;
    private bool _isStepping;
    private bool _hasLeft;

    /// <summary>An operator that has nothing to do yet.</summary>
    /// <param name="setting">What it lives in.</param>
    public Operator(ClientSetting setting)
    {
        _setting = setting;
        _life = new ClientLife(setting, Take);
    }

    /// <inheritdoc/>
    public bool IsMachineUp => true;

    /// <inheritdoc/>
    public bool IsListening => false;

    /// <inheritdoc/>
    public bool IsReading => true;

    /// <summary>Everything that was asked for is answered.</summary>
    public bool IsIdle => _newcomer is null && !_life.Core.HasRequests;

    /// <summary>Begins.</summary>
    public void Start() => _setting.Queue.Schedule(_setting.Queue.Now + _setting.Random.Below(TickLength) + 1, this, 0);

    /// <summary>Asks for a newcomer to be given its place, until it has it. Only when nothing else is asked for.</summary>
    /// <param name="newcomer">The newcomer; it has been started, so that it has an identity.</param>
    /// <param name="looksFirst">The newest member list is looked at first; otherwise it was seen before the last replacement.</param>
    public void Replace(SimulatedReplica newcomer, bool looksFirst)
    {
        // An operator that replaces a member knows the present members.
        _life.Connections.CloseAll();
        _life = new ClientLife(_setting, Take);
        _newcomer = newcomer;
        long newest = _setting.Checks.Lists.Newest.Number;
        _seenList = looksFirst ? newest : Math.Max(0, newest - 1);
        Ask();
    }

    /// <summary>Hangs up for good.</summary>
    public void Leave()
    {
        _hasLeft = true;
        _life.Connections.CloseAll();
    }

    /// <inheritdoc/>
    public void OnAccepted(ConnectionEnd end) => throw new InvalidOperationException("nobody dials an operator");

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
        if (_hasLeft)
            return;
        _setting.Queue.Schedule(_setting.Queue.Now + TickLength, this, 0);
        _life.Look(_setting.Queue.Now);
        Step();
    }

    private void Ask()
    {
        ReplaceMemberCommand command = new(_seenList, new ReplicaId(_newcomer!.Place), _newcomer.Identity, ClientConnections.AddressOf(_newcomer.Index));
        _setting.Log?.Write($"operator asks for {command.Replica} to be r{_newcomer.Index}, and has seen list {command.List}");
        Take(ClientInput.Begin(new Request(command.Encode(), timeout: null)));
    }

    private void Take(ClientInput input)
    {
        _inputs.Add(input);
        Step();
    }

    private void Step()
    {
        if (_isStepping || _hasLeft)
            return;
        _isStepping = true;
        do
        {
            (_inputs, _step) = (_step, _inputs);
            ClientEffects effects = _life.Core.Step(CollectionsMarshal.AsSpan(_step), _life.Now, machineTime: _setting.Queue.Now / 1000);
            _step.Clear();
            CarryOut(effects);
        }
        while (_inputs.Count > 0);
        _isStepping = false;
    }

    private void CarryOut(ClientEffects effects)
    {
        foreach (ConnectEffect connect in effects.Connects)
            _life.Connections.Connect(connect.Connection, connect.Address);
        foreach (SendEffect send in effects.Sends)
        {
            _setting.Checks.Requests.OnSent(send.Request);
            _life.Connections.Send(send.Connection, send.Request);
        }

        foreach (int connection in effects.Closes)
            _life.Connections.Close(connection);
        foreach (Completion completion in effects.Completions)
            OnCompleted(completion);
    }

    private void OnCompleted(in Completion completion)
    {
        _setting.Log?.Write($"operator is told {completion.Outcome} {completion.Reason}");
        if (completion.Outcome == Outcome.Done)
        {
            ReplaceMemberResult result = ReplaceMemberResult.Decode(completion.Payload.Span);
            if (!_setting.Checks.Lists.Includes(result.List, _newcomer!.Index))
                _setting.Checks.Violations.Report("M4", $"the operator is told that r{_newcomer.Index} is a member by list {result.List} of {result.Slot}, and it is not");
            _newcomer = null;
            return;
        }

        // The operator looks at the list and asks once more: if the replacement was made already, that succeeds.
        if (completion.Outcome == Outcome.Rejected)
            _setting.Checks.Marks.Reach(Mark.ReplacementRejected);
        _seenList = _setting.Checks.Lists.Newest.Number;
        Ask();
    }
}
