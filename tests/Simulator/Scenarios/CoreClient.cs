using PaxosShard.Client.Core;
using PaxosShard.Client.Core.Requests;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Simulator.Clients;
using PaxosShard.Simulator.Clusters;
using PaxosShard.Simulator.Replicas;
using PaxosShard.Simulator.Time;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Scenarios;

/// <summary>A client as the product has it, in a script: it decides what it sends, and the script what becomes of that. What is not held reaches the replica at once.</summary>
public sealed class CoreClient : IEventTarget
{
    private const long TickLength = 10_000;
    private const long LowestHandle = long.MinValue / 2;
    private const long HandlesOfOne = 1 << 20;

    private readonly Cluster _cluster;
    private readonly ClientCore _core;
    private readonly int _number;
    private readonly Dictionary<int, (SimulatedReplica Replica, long Life)> _connections = [];
    private readonly Dictionary<Call, Outcome> _outcomes = [];
    private readonly Dictionary<Call, string> _reasons = [];
    private readonly List<HeldRequest> _held = [];
    private readonly List<ClientReply> _replies = [];
    private readonly Queue<ClientInput> _inputs = new();
    private bool _isStepping;

    internal CoreClient(Cluster cluster, int number, Func<ClientCoreOptions, ClientCoreOptions>? options)
    {
        _cluster = cluster;
        _number = number;
        ClientCoreOptions usual = new() { Seed = (UInt128)number + 1 };
        _core = new ClientCore(
            options is null ? usual : options(usual), Enumerable.Range(0, cluster.Options.ReplicaCount).Select(ClientConnections.AddressOf));
        cluster.Queue.Schedule(cluster.Queue.Now, this, 0);
    }

    /// <summary>Says which of its requests are held, in place of being sent; null for none.</summary>
    public Func<ClientRequest, bool>? Holds { get; set; }

    /// <summary>The requests that were held, in their order.</summary>
    public IReadOnlyList<ClientRequest> Held => _held.ConvertAll(static held => held.Request);

    /// <summary>What it was answered, in order.</summary>
    public IReadOnlyList<ClientReply> Replies => _replies;

    /// <summary>The replica that it takes for the primary; -1 when there is none.</summary>
    public int Primary => Enumerable.Range(0, _cluster.Options.ReplicaCount)
        .FirstOrDefault(replica => ClientConnections.AddressOf(replica).Equals(_core.PrimaryAddress, StringComparison.Ordinal), -1);

    /// <summary>A user sends a text to a room.</summary>
    /// <param name="text">The text.</param>
    /// <param name="room">The room.</param>
    /// <param name="timeout">How long it may take, in milliseconds; null: for ever.</param>
    public Request Send(string text, string room = "room", long? timeout = null)
    {
        Request request = new(new SendMessageCommand(room, "client", text).Encode(), timeout);
        Take(ClientInput.Begin(request));
        return request;
    }

    /// <summary>An operator asks for a member to be replaced.</summary>
    /// <param name="command">By whom, and under which member list.</param>
    public Request Replace(ReplaceMemberCommand command)
    {
        Request request = new(command.Encode(), timeout: null);
        Take(ClientInput.Begin(request));
        return request;
    }

    /// <summary>Why a request was not done; empty when it was, or is under way.</summary>
    public string ReasonOf(Request request) => _reasons.GetValueOrDefault(request, "");

    /// <summary>Its user calls a request off.</summary>
    public void CallOff(Request request) => Take(ClientInput.CallOff(request));

    /// <summary>How a request ended; null before that.</summary>
    public Outcome? OutcomeOf(Request request) => _outcomes.TryGetValue(request, out Outcome outcome) ? outcome : null;

    /// <summary>All its connections break.</summary>
    public void HangUp()
    {
        foreach (int connection in _connections.Keys.ToArray())
            End(connection);
    }

    /// <summary>What was held comes to a replica after all.</summary>
    public void Release(int replica)
    {
        foreach (HeldRequest held in _held)
            _cluster.Replicas[replica].Ask(Input.FromClient(held.Client, held.Request));
        _held.Clear();
    }

    /// <inheritdoc/>
    public void OnEvent(in ScheduledEvent scheduled)
    {
        _cluster.Queue.Schedule(_cluster.Queue.Now + TickLength, this, 0);
        foreach ((int connection, (SimulatedReplica replica, long life)) in _connections.ToArray())
        {
            if (!replica.IsRunning || replica.Lives != life)
                End(connection);
        }

        Step();
    }

    internal bool TryTake(ClientHandle handle, ClientReply reply)
    {
        long connection = handle.Number - HandleOf(0).Number;
        if (connection is < 0 or >= HandlesOfOne)
            return false;
        _replies.Add(reply);
        if (_connections.ContainsKey((int)connection))
            Take(ClientInput.Replied((int)connection, reply));
        return true;
    }

    private ClientHandle HandleOf(int connection) => new(LowestHandle + (_number * HandlesOfOne) + connection);

    private void End(int connection)
    {
        if (!_connections.Remove(connection, out (SimulatedReplica Replica, long Life) end))
            return;
        end.Replica.Post(Input.ClientGone(HandleOf(connection)));
        Take(ClientInput.Ended(connection, "connection lost"));
    }

    private void Take(ClientInput input)
    {
        _inputs.Enqueue(input);
        Step();
    }

    private void Step()
    {
        if (_isStepping)
            return;
        _isStepping = true;
        do
        {
            ClientInput[] inputs = [.. _inputs];
            _inputs.Clear();
            long now = _cluster.Queue.Now / 1000;
            CarryOut(_core.Step(inputs, now, machineTime: now));
        }
        while (_inputs.Count > 0);
        _isStepping = false;
    }

    private void CarryOut(ClientEffects effects)
    {
        foreach (ConnectEffect connect in effects.Connects)
            Connect(connect);
        foreach (SendEffect send in effects.Sends)
            Send(send);
        foreach (int connection in effects.Closes)
        {
            if (_connections.Remove(connection, out (SimulatedReplica Replica, long Life) closed))
                closed.Replica.Post(Input.ClientGone(HandleOf(connection)));
        }

        foreach (Completion completion in effects.Completions)
        {
            _outcomes[completion.Call] = completion.Outcome;
            _reasons[completion.Call] = completion.Reason;

            // Two operators may ask for the same, and what is so already is answered well.
            bool isReplacement = completion.Call is Request { Command: var command } && ReplaceMemberCommand.Is(command.Span);
            if (!isReplacement && completion is { Call: Request request, Outcome: Outcome.NotApplied or Outcome.NotTaken or Outcome.CalledOff })
                _cluster.Checks.Honesty.OnNotApplied(_number, request.Command);
        }
    }

    private void Connect(in ConnectEffect connect)
    {
        string address = connect.Address;
        SimulatedReplica? replica = _cluster.Replicas.FirstOrDefault(other => ClientConnections.AddressOf(other.Index).Equals(address, StringComparison.Ordinal));
        if (replica is not { IsRunning: true })
        {
            _inputs.Enqueue(ClientInput.Ended(connect.Connection, "nobody listens"));
            return;
        }

        _connections.Add(connect.Connection, (replica, replica.Lives));
        _inputs.Enqueue(ClientInput.Opened(connect.Connection, ReplicaSetting.Group));
    }

    private void Send(in SendEffect send)
    {
        if (!_connections.TryGetValue(send.Connection, out (SimulatedReplica Replica, long Life) end))
            return;
        _cluster.Checks.Requests.OnSent(send.Request);
        HeldRequest request = new(HandleOf(send.Connection), send.Request);
        if (send.Request.Session != SessionId.None && Holds is { } holds && holds(send.Request))
            _held.Add(request);
        else
            end.Replica.Ask(Input.FromClient(request.Client, request.Request));
    }

    private readonly record struct HeldRequest(ClientHandle Client, ClientRequest Request);
}
