using PaxosShard.Hashing;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Ordered;

/// <summary>
/// The operations of ordered sessions that a primary has taken in for its log and that are not executed: what follows one of them may be put behind it, for the log says what became of it, and others may be told of
/// its placement (ordered rule M3). Made for one view.
/// </summary>
internal sealed class Placements
{
    private const int MostSpare = 4096;

    private readonly Dictionary<OperationName, Placement> _all = [];
    private readonly Dictionary<ulong, int> _onName = [];

    // One comes and goes with each operation, so they are used again.
    private readonly Stack<Placement> _spare = new();

    /// <summary>Commands that are under way.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of them.</summary>
    public long Bytes { get; private set; }

    /// <summary>Placements that were told before their entry was proposed.</summary>
    public int Promised { get; private set; }

    /// <summary>A copy of an operation is under way.</summary>
    public bool Contains(OperationName name) => _all.ContainsKey(name);

    /// <summary>How many are under way on the name that a command is about.</summary>
    public int CountOn(ReadOnlySpan<byte> command) => _onName.GetValueOrDefault(NameOf(command));

    /// <summary>A request was taken in.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isPlacement">This is the only live placement of the operation, if it gets one: the primary knows of all others.</param>
    public void Add(in ClientRequest request, bool isPlacement)
    {
        OperationName name = new(request.Session, request.Sequence);
        if (!_all.TryGetValue(name, out Placement? placement))
        {
            _all.Add(name, placement = _spare.TryPop(out Placement? spare) ? spare : new Placement());
            (placement.IsKnown, placement.IsPromised, placement.Token) = (isPlacement, false, null);
        }

        ulong key = NameOf(request.Command.Span);
        placement.Waiting.Enqueue((key, request.Command.Length));
        _onName[key] = CountOn(request.Command.Span) + 1;
        Count++;
        Bytes += request.Command.Length;
    }

    /// <summary>It is certain, as long as the view lasts, in which slot an operation is that was just taken in.</summary>
    /// <param name="name">The operation.</param>
    /// <param name="token">Its placement.</param>
    /// <returns>It may be told.</returns>
    public bool TryPromise(OperationName name, PlacementToken token)
    {
        Placement placement = _all[name];
        if (!placement.IsKnown || placement.Token is not null)
            return false;
        (placement.Token, placement.IsPromised) = (token, true);
        Promised++;
        return true;
    }

    /// <summary>An entry was proposed.</summary>
    /// <param name="token">Which placements are in it.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="serves">The group serves an arc still: what was taken in before the arc went is refused when it is executed, and has no placement.</param>
    /// <param name="known">Gets the operations whose placement is known from now on.</param>
    public void OnProposed(PlacementToken token, Entry entry, Predicate<Arc> serves, List<OperationName> known)
    {
        foreach (EntryCommand command in entry.Commands)
        {
            OperationName name = new(command.Session, command.Sequence);
            if (SettleGateCommand.Is(command.Command.Span) || !_all.TryGetValue(name, out Placement? placement) || !placement.Waiting.TryDequeue(out (ulong Name, int Bytes) copy))
                continue;
            placement.Proposed.Enqueue(copy);
            bool wasPromised = placement.IsPromised;
            TakeBack(placement);
            if (placement.Token is not null && !wasPromised)
                continue;
            placement.IsKnown &= serves(Arc.OfHash(copy.Name));
            PlacementToken own = placement.Token is { IsPromised: true } promised ? promised with { Era = token.Era } : token;
            bool isNews = placement.Token != own;
            placement.Token = own;
            if (placement.IsKnown && isNews)
                known.Add(name);
        }
    }

    /// <summary>Which placement an operation has that is under way; null when that is not known, or may not be told.</summary>
    public PlacementToken? TokenOf(OperationName name) => _all.TryGetValue(name, out Placement? placement) && placement.IsKnown ? placement.Token : null;

    /// <summary>A command was executed: what became of the operation follows from the state.</summary>
    public void OnExecuted(OperationName name)
    {
        if (!_all.TryGetValue(name, out Placement? placement) || !placement.Proposed.TryDequeue(out (ulong Name, int Bytes) copy))
            return;
        placement.IsKnown = false;
        Leave(copy);
        RemoveIfOver(name, placement);
    }

    /// <summary>What was not proposed never is.</summary>
    public void DropWaiting()
    {
        foreach ((OperationName name, Placement placement) in _all.ToArray())
        {
            while (placement.Waiting.TryDequeue(out (ulong Name, int Bytes) copy))
                Leave(copy);
            TakeBack(placement);
            RemoveIfOver(name, placement);
        }
    }

    private static ulong NameOf(ReadOnlySpan<byte> command) => StableHash64.Of(CommandPart.NameIn(command));

    private void Leave((ulong Name, int Bytes) copy)
    {
        Count--;
        Bytes -= copy.Bytes;
        if (--_onName[copy.Name] == 0)
            _onName.Remove(copy.Name);
    }

    private void TakeBack(Placement placement)
    {
        if (placement.IsPromised)
            Promised--;
        placement.IsPromised = false;
    }

    private void RemoveIfOver(OperationName name, Placement placement)
    {
        if (placement.Waiting.Count + placement.Proposed.Count > 0)
            return;
        _all.Remove(name);
        if (_spare.Count < MostSpare)
            _spare.Push(placement);
    }

    private sealed class Placement
    {
        // Its copies, in the order in which they were taken in.
        public Queue<(ulong Name, int Bytes)> Waiting { get; } = new();

        public Queue<(ulong Name, int Bytes)> Proposed { get; } = new();

        public bool IsKnown { get; set; }

        // The token was told, and its entry is not proposed yet.
        public bool IsPromised { get; set; }

        public PlacementToken? Token { get; set; }
    }
}
