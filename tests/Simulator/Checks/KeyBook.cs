using PaxosShard.Client.Histories;
using PaxosShard.Simulator.Checks.Linearizability;
using PaxosShard.Simulator.Time;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// What the clients saw of the keys. C2: no change took effect twice, C4: what one session has put behind a value stands in the order it was
/// sent in. At the end, C11: each key's history is linearizable, in the order of the log.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="queue">The run's time.</param>
/// <param name="keys">How many keys there are.</param>
public sealed class KeyBook(CheckContext context, EventQueue queue, int keys)
{
    private const int GeneralSearchLimit = 40;
    private const long GeneralSearchSteps = 20_000;
    private readonly List<Recorded>[] _histories = MakeHistories(keys);
    private readonly Dictionary<long, SessionId> _sessionOf = [];
    private readonly Dictionary<(SessionId Session, long Sequence), Execution> _ran = [];

    /// <summary>A change is sent in a session for the first time; tokens of one client grow in the order of its changes.</summary>
    public void OnSent(SessionId session, long token) => _sessionOf[token] = session;

    /// <summary>A slot was executed for the first time.</summary>
    /// <param name="entry">Its value.</param>
    /// <param name="replies">What became of its commands.</param>
    public void OnExecuted(Entry entry, IReadOnlyList<ClientReply> replies)
    {
        int index = 0;
        foreach (EntryCommand command in entry.Commands)
        {
            ReplyStatus status = replies[index++].Status;
            bool hasRun = status is ReplyStatus.Ok or ReplyStatus.Rejected;

            // What ran already is answered once more: it has its place.
            if (hasRun && !command.Command.IsEmpty && (CommandKind)command.Command.Span[0] is >= CommandKind.PutKey and <= CommandKind.CompareAndSetKey)
                _ran.TryAdd((command.Session, command.Sequence.Number), new Execution(_ran.Count + 1, status == ReplyStatus.Rejected));
        }
    }

    /// <summary>An operation was answered.</summary>
    /// <param name="key">The key.</param>
    /// <param name="operation">The operation, with its answer.</param>
    /// <param name="names">The sessions and numbers under which a change was sent; none for a read.</param>
    public void OnAnswered(int key, KeyOperation operation, IReadOnlyList<(SessionId Session, long Sequence)> names) =>
        _histories[key].Add(new Recorded(operation with { Returned = queue.Now }, names));

    /// <summary>The outcome of a change will never be known.</summary>
    /// <param name="key">The key.</param>
    /// <param name="operation">The change.</param>
    /// <param name="names">The sessions and numbers under which it was sent.</param>
    public void OnGivenUp(int key, KeyOperation operation, IReadOnlyList<(SessionId Session, long Sequence)> names) =>
        _histories[key].Add(new Recorded(operation, names));

    /// <summary>A value was shown to somebody.</summary>
    /// <param name="key">The key.</param>
    /// <param name="client">To whom.</param>
    /// <param name="pieces">What it is made of.</param>
    public KeyState OnFound(int key, int client, IReadOnlyList<KeyPiece> pieces)
    {
        KeyState state = KeyState.Absent;
        HashSet<long> tokens = [];
        Dictionary<SessionId, long> lastOf = [];
        foreach (KeyPiece piece in pieces)
        {
            state = state.With(piece);
            if (!tokens.Add(piece.Token))
                context.Report("C2", $"client {client} is shown token {piece.Token:x} twice in key {key}");
            if (!_sessionOf.TryGetValue(piece.Token, out SessionId session))
                continue;
            if (lastOf.TryGetValue(session, out long last) && last > piece.Token)
                context.Report("C4", $"client {client} is shown token {piece.Token:x} of key {key} behind token {last:x}, which was sent later in {session}");
            lastOf[session] = piece.Token;
        }

        return state;
    }

    /// <summary>Judges the histories; called once, at the end.</summary>
    public void CheckHistories()
    {
        WingGongChecker<KeyState, KeyOperation> general = new(new KeyModel(), GeneralSearchSteps);
        for (int key = 0; key < _histories.Length; key++)
        {
            List<KeyOperation> history = _histories[key].ConvertAll(WithPlace);
            Verdict verdict = KeyHistoryChecker.Check(history);
            if (verdict.Outcome != HistoryOutcome.Linearizable)
                context.Report("C11", $"key {key}: {verdict.Reason}");
            if (history.Count > GeneralSearchLimit)
                continue;

            // The general search believes nothing of the log's order; where it gives up, the short way decides.
            verdict = general.Check(history, static operation => (operation.Invoked, operation.Returned));
            if (verdict.Outcome == HistoryOutcome.NotLinearizable)
                context.Report("C11", $"key {key}, general search: {verdict.Reason}");
        }
    }

    private KeyOperation WithPlace(Recorded recorded)
    {
        KeyOperation operation = recorded.Operation;
        foreach ((SessionId Session, long Sequence) name in recorded.Names)
        {
            if (!_ran.TryGetValue(name, out Execution execution))
                continue;
            if (operation.Place > 0)
                context.Report("C2", $"{operation} ran once more as number {name.Sequence} of {name.Session}");
            bool isRejected = operation.IsUnknown && execution.IsRejected;
            operation = operation with { Place = execution.Place, Answer = isRejected ? KeyAnswer.Rejected : operation.Answer };
        }

        return operation;
    }

    private static List<Recorded>[] MakeHistories(int count)
    {
        List<Recorded>[] histories = new List<Recorded>[count];
        for (int index = 0; index < count; index++)
            histories[index] = [];
        return histories;
    }

    private readonly record struct Execution(long Place, bool IsRejected);

    private readonly record struct Recorded(KeyOperation Operation, IReadOnlyList<(SessionId Session, long Sequence)> Names);
}
