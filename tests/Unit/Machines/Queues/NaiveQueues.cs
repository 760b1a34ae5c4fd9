using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Machines.Queues;

/// <summary>
/// What ordered rule M4 says, as simply as it can be said: one list of what waits, looked through from its beginning after each command. Appends to keys, gets and cancellations; nothing is ever acknowledged, expires or is
/// full.
/// </summary>
/// <param name="isServedHere">Whether an arc is served here.</param>
internal sealed class NaiveQueues(Predicate<int> isServedHere)
{
    private readonly List<Waiting> _waiting = [];
    private readonly Dictionary<(SessionId Session, long Number), (string Result, PlacementToken Token)> _done = [];
    private readonly Dictionary<string, string> _values = [];

    /// <summary>What ran out of the list by the last command, with the results.</summary>
    public List<string> Drained { get; } = [];

    /// <summary>What went out of the list by the last command.</summary>
    public List<string> Voided { get; } = [];

    /// <summary>What waits, in its order, with a "+" when its gate is open.</summary>
    public string Queue => string.Join(' ', _waiting.Select(static waiting => $"{waiting}{(waiting.IsOpen ? "+" : "")}"));

    /// <summary>The value of a key.</summary>
    public string Value(string key) => _values.GetValueOrDefault(key, "");

    /// <summary>The token of what waits under a number; null when nothing does.</summary>
    public PlacementToken? TokenOf(SessionId session, long number) => _waiting.Find(waiting => waiting.Session == session && waiting.Number == number)?.Token;

    /// <summary>Executes a command that changes or reads a key.</summary>
    /// <returns>"queued", "refused", or its result.</returns>
    public string Execute(SessionId session, long number, string key, bool isGet, long previous, Gate? gate, PlacementToken token)
    {
        if (_done.TryGetValue((session, number), out (string Result, PlacementToken Token) done))
            return done.Result;
        if (TokenOf(session, number) is not null)
            return "queued";
        if (!TryFindGate(session, previous, gate, out (long Number, PlacementToken Token)? waitsFor))
            return "refused";
        Waiting operation = new(session, number, key, isGet, token, waitsFor) { IsOpen = waitsFor is null };
        _waiting.Add(operation);
        bool runsNow = operation.IsOpen && _waiting.TrueForAll(other => other == operation || !string.Equals(other.Key, key, StringComparison.Ordinal));
        if (!runsNow)
            return "queued";
        Run(operation);
        return _done[(session, number)].Result;
    }

    /// <summary>Cancels a number.</summary>
    public string Cancel(SessionId session, long number, PlacementToken token)
    {
        if (_done.TryGetValue((session, number), out (string Result, PlacementToken Token) done))
            return done.Result;
        if (TokenOf(session, number) is not null)
            return "queued";
        _done[(session, number)] = ("cancelled", token);
        return "cancelled";
    }

    /// <summary>Opens a gate, or takes out what has it.</summary>
    public void Settle(SessionId session, long number, PlacementToken token, bool opens)
    {
        if (_waiting.Find(waiting => waiting.Session == session && waiting.Number == number && waiting.Token == token && !waiting.IsOpen) is not { } operation)
            return;
        if (opens)
            operation.IsOpen = true;
        else
            Remove(operation);
        while (_waiting.Find(IsFirstAndOpen) is { } next)
        {
            Run(next);
            Drained.Add($"{next} {_done[(next.Session, next.Number)].Result}");
        }
    }

    private bool TryFindGate(SessionId session, long previous, Gate? gate, out (long Number, PlacementToken Token)? waitsFor)
    {
        waitsFor = null;
        if (previous == 0)
            return gate is null;
        if (TokenOf(session, previous) is { } queued)
        {
            waitsFor = (previous, queued);
            return gate is null || gate.Value.Token == queued;
        }

        if (_done.TryGetValue((session, previous), out (string Result, PlacementToken Token) done))
            return !string.Equals(done.Result, "cancelled", StringComparison.Ordinal) && (gate is null || gate.Value.Token == done.Token);
        if (gate is not { } named || isServedHere(named.Arc))
            return false;
        waitsFor = (previous, named.Token);
        return true;
    }

    private bool IsFirstAndOpen(Waiting operation) => operation.IsOpen && string.Equals(_waiting.First(other => string.Equals(other.Key, operation.Key, StringComparison.Ordinal)).ToString(), operation.ToString(), StringComparison.Ordinal);

    private void Run(Waiting operation)
    {
        _waiting.Remove(operation);
        string before = Value(operation.Key);
        if (!operation.IsGet)
            _values[operation.Key] = $"{before}{operation.Number};";
        _done[(operation.Session, operation.Number)] = (operation.IsGet ? $"got {before}" : "done", operation.Token);
        foreach (Waiting other in _waiting.Where(other => IsBehind(other, operation)))
            other.IsOpen = true;
    }

    private void Remove(Waiting operation)
    {
        _waiting.Remove(operation);
        Voided.Add($"{operation}");
        foreach (Waiting other in _waiting.Where(other => !other.IsOpen && IsBehind(other, operation)).ToArray())
            Remove(other);
    }

    private static bool IsBehind(Waiting other, Waiting operation) => other.Session == operation.Session && other.WaitsFor is { } gate && gate.Number == operation.Number && gate.Token == operation.Token;

    private sealed record Waiting(SessionId Session, long Number, string Key, bool IsGet, PlacementToken Token, (long Number, PlacementToken Token)? WaitsFor)
    {
        public bool IsOpen { get; set; }

        public override string ToString() => $"{(ulong)Session.Number}.{Number}";
    }
}
