using PaxosShard.Client.Core.Reads;
using PaxosShard.Client.Core;
using PaxosShard.Client.Histories;
using PaxosShard.Simulator.Checks.Linearizability;
using PaxosShard.Simulator.Checks;
using PaxosShard.Wire.Commands;
using Outcome = PaxosShard.Client.Core.Outcome;

namespace PaxosShard.Simulator.Clients;

/// <summary>What a client asks of keys. Every value that it writes is unique; what it expects at a key is what it was told of it, what it has stored there itself, or nothing.</summary>
/// <param name="setting">What the client lives in.</param>
internal sealed class KeyCalls(ClientSetting setting)
{
    private const long ClockSlack = 120_000;
    private const int OneLargeIn = 40;

    private readonly byte[]?[] _told = new byte[]?[setting.Options.Keys];
    private readonly byte[]?[] _stored = new byte[]?[setting.Options.Keys];
    private readonly HashSet<int> _deleting = [];
    private long _tokens;

    /// <summary>Reads under way.</summary>
    public int Count { get; private set; }

    /// <summary>Reads that were answered.</summary>
    public long Completed { get; private set; }

    /// <summary>A new read of a random key.</summary>
    /// <param name="ranFor">For how long the client has run.</param>
    /// <param name="timeout">How long it may take, in milliseconds; null: for ever.</param>
    public Query IssueGet(long ranFor, long? timeout)
    {
        int key = setting.Random.Below(setting.Options.Keys);
        PendingGet get = new(key, setting.Queue.Now) { InvokedAfter = ranFor, Timeout = timeout };
        Count++;
        return new Query(KeyCommand.Get(KeyTexts.NameOf(key)).Encode(), timeout, caller: get);
    }

    /// <summary>A new change of a random key.</summary>
    /// <param name="ranFor">For how long the client has run.</param>
    /// <param name="timeout">How long it may take, in milliseconds; null: for ever.</param>
    /// <param name="isBehindFailure">An earlier request of the same stream has failed.</param>
    public PendingChange Change(long ranFor, long? timeout, bool isBehindFailure)
    {
        int key = setting.Random.Below(setting.Options.Keys);
        KeyAction action = setting.Random.Below(8) switch
        {
            // The bytes of a delete tell nothing of which one it is, so that there is one at a time.
            0 when _deleting.Add(key) => KeyAction.Delete,
            <= 3 => KeyAction.Append,
            <= 5 => KeyAction.CompareAndSet,
            _ => KeyAction.Put,
        };
        KeyPiece piece = action == KeyAction.Delete ? default : NewPiece();
        byte[]? value = action == KeyAction.Delete ? null : KeyTexts.Encode(piece);
        byte[]? expected = action == KeyAction.CompareAndSet ? Expected(key) : null;
        KeyOperation operation = new(setting.Number, setting.Queue.Now, RoomOperation.NoAnswer, action) { Piece = piece, Expected = KeyTexts.StateOf(expected) };
        bool replaces = action is KeyAction.Put or KeyAction.CompareAndSet;
        if (replaces)
            _stored[key] = value;
        return new PendingChange(Encode(action, key, expected, value), key, replaces ? value : null, operation, isBehindFailure)
        {
            InvokedAfter = ranFor,
            Timeout = timeout,
        };
    }

    /// <summary>The client is told how a read ended.</summary>
    public void OnCompleted(in Completion completion, long ranFor)
    {
        Count--;
        PendingGet get = (PendingGet)completion.Call.Caller!;
        if (completion.Outcome == Outcome.Done)
            OnGot(get, KeyResult.Decode(completion.Payload.Span));
        else if (completion.Outcome is not (Outcome.NotTaken or Outcome.CalledOff))
            setting.Checks.Violations.Report("C4", $"client {setting.Number} is told {completion.Outcome} of a read of key {get.Key}: {completion.Reason}");
        else if (completion.Outcome == Outcome.NotTaken && ranFor - get.InvokedAfter < (get.Timeout * 1000) - ClockSlack)
            setting.Checks.Violations.Report("C10", $"client {setting.Number} gives a read of a key up after it has run for {ranFor - get.InvokedAfter} us; it may take {get.Timeout} ms");
    }

    /// <summary>A change has its result.</summary>
    public void OnDone(PendingChange change, KeyResult result)
    {
        KeyState found = KeyState.Absent;
        if (result.Outcome == KeyOutcome.Mismatch)
            found = OnFound(change.Key, result.Value);
        else if (result.Outcome == KeyOutcome.Missing)
            _told[change.Key] = null;
        else if (change.Operation.Action != KeyAction.Append)
            _told[change.Key] = change.Value;
        if (change.Operation.Action == KeyAction.CompareAndSet)
            setting.Checks.Marks.Reach(result.Outcome == KeyOutcome.Done ? Mark.CompareMatched : Mark.CompareFailed);
        else if (change.Operation.Action == KeyAction.Delete && result.Outcome == KeyOutcome.Done)
            setting.Checks.Marks.Reach(Mark.KeyDeleted);
        if (change.Operation.Action == KeyAction.Delete)
            _deleting.Remove(change.Key);
        setting.Checks.Keys.OnAnswered(change.Key, change.Operation with { Answer = AnswerOf(result.Outcome), Found = found }, change.Names);
    }

    /// <summary>A change was rejected: there is no space for it.</summary>
    public void OnRejected(PendingChange change)
    {
        setting.Checks.Marks.Reach(Mark.StateFull);
        setting.Checks.Keys.OnAnswered(change.Key, change.Operation with { Answer = KeyAnswer.Rejected }, change.Names);
    }

    /// <summary>A delete is called "not applied". One of which a copy has left is the last one of its key in this life: copies of it may still be there.</summary>
    public void OnDeleteNotApplied(PendingChange delete)
    {
        setting.Checks.Honesty.OnDeleteNotApplied(setting.Number, delete.Names);
        if (delete.Names.Count == 0)
            _deleting.Remove(delete.Key);
    }

    /// <summary>The outcome of a change will never be known.</summary>
    public void OnGivenUp(PendingChange change) => setting.Checks.Keys.OnGivenUp(change.Key, change.Operation, change.Names);

    /// <summary>The client's process is gone.</summary>
    public void Abandon()
    {
        Count = 0;
        _deleting.Clear();
    }

    private static KeyAnswer AnswerOf(KeyOutcome outcome) => outcome switch
    {
        KeyOutcome.Missing => KeyAnswer.Missing,
        KeyOutcome.Mismatch => KeyAnswer.Mismatch,
        _ => KeyAnswer.Done,
    };

    private static byte[] Encode(KeyAction action, int key, byte[]? expected, byte[]? value)
    {
        byte[] name = KeyTexts.NameOf(key);

        // An array that is null would become a value without bytes.
        ReadOnlyMemory<byte>? wanted = null;
        if (expected is not null)
            wanted = new ReadOnlyMemory<byte>(expected);
        KeyCommand command = action switch
        {
            KeyAction.Delete => KeyCommand.Delete(name),
            KeyAction.Append => KeyCommand.Append(name, value),
            KeyAction.CompareAndSet => KeyCommand.CompareAndSet(name, wanted, value),
            _ => KeyCommand.Put(name, value),
        };
        return command.Encode();
    }

    private KeyPiece NewPiece()
    {
        int largest = setting.Options.LargestPiece;
        bool isLarge = largest > KeyTexts.Digits && setting.Random.Chance(1, OneLargeIn);
        return new KeyPiece(Texts.Number(setting.Number, ++_tokens), isLarge ? setting.Random.Between(KeyTexts.Digits, largest) : KeyTexts.Digits);
    }

    private byte[]? Expected(int key) => setting.Random.Below(4) switch
    {
        0 => null,
        1 => _stored[key],
        _ => _told[key],
    };

    private void OnGot(PendingGet get, KeyResult result)
    {
        KeyState found = KeyState.Absent;
        if (result.Outcome == KeyOutcome.Done)
        {
            found = OnFound(get.Key, result.Value);
            setting.Checks.Marks.Reach(Mark.KeyRead);
        }
        else
        {
            _told[get.Key] = null;
        }

        Completed++;
        KeyOperation operation = new(setting.Number, get.Invoked, setting.Queue.Now, KeyAction.Get) { Answer = AnswerOf(result.Outcome), Found = found };
        setting.Checks.Keys.OnAnswered(get.Key, operation, []);
    }

    private KeyState OnFound(int key, ReadOnlyMemory<byte> value)
    {
        _told[key] = value.ToArray();
        return setting.Checks.Keys.OnFound(key, setting.Number, KeyTexts.Parse(value.Span));
    }
}
