using PaxosShard.Replica.Core.Steps;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// C6: who is told that a copy of a request was not taken never sees that copy run. Every copy that enters a core is counted,
/// and every answer that says "not taken" (<see cref="ReplyStatus.Redirect"/>, <see cref="ReplyStatus.NoQuorum"/>, busy and expired at the
/// door) or "not applied" (out of order, busy and expired at execution). What is in a dead entry was refused, too. A replica proposes no more copies than it was given and did
/// not refuse; the log holds no more than all were given and did not refuse; and a request runs only if at least one of its
/// copies was not refused.
/// </summary>
/// <param name="context">The run's checkers.</param>
public sealed class RefusalChecker(CheckContext context)
{
    private readonly Dictionary<CopyKey, Copies>[] _inThisLife = MakeTables<CopyKey, Copies>(context.MachineCount);
    private readonly Dictionary<(long Client, SessionId Session, long Sequence), ulong>[] _commands =
        MakeTables<(long Client, SessionId Session, long Sequence), ulong>(context.MachineCount);

    private readonly List<CopyKey>[] _refusedInStep = MakeLists(context.MachineCount);
    private readonly Dictionary<CopyKey, Copies> _ever = [];
    private readonly SlotTable<RefusedAtSlot> _refusedAt = new();
    private readonly HashSet<(long Slot, ulong Value)> _proposed = [];

    /// <summary>A copy of a request enters a core.</summary>
    public void OnRequest(int replica, in Input input)
    {
        ClientRequest request = input.Request;
        if (!IsCommand(request.Command.Span))
            return;
        ulong hash = ContentHash.Of(request.Command.Span);
        (long, SessionId, long) name = (input.Client.Number, request.Session, request.Sequence.Number);

        // The same number with other bytes on one connection: an answer does not say which of the two it is for.
        bool isAmbiguous = _commands[replica].TryGetValue(name, out ulong known) && known != hash;
        _commands[replica][name] = isAmbiguous ? 0 : hash;
        CopyKey key = new(request.Session, request.Sequence.Number, hash);
        Of(_inThisLife[replica], key).Taken++;
        Of(_ever, key).Taken++;
    }

    /// <summary>A script says that an entry was proposed before the run began.</summary>
    public void OnPrepared(long slot, Entry entry)
    {
        if (!_proposed.Add((slot, ContentHash.Of(entry))))
            return;
        foreach (EntryCommand command in entry.Commands)
            Of(_ever, KeyOf(command)).Taken++;
    }

    /// <summary>A replica that owns a view accepts an entry in it: it proposes it.</summary>
    public void OnProposing(int replica, long slot, Entry entry)
    {
        // What was proposed in this slot before is an entry that phase 1 found.
        if (entry.IsNoOp || !_proposed.Add((slot, ContentHash.Of(entry))))
            return;
        foreach (EntryCommand command in entry.Commands)
        {
            CopyKey key = KeyOf(command);
            Of(_inThisLife[replica], key).Placed++;
            CheckProposed(replica, key);
        }
    }

    /// <summary>A slot was executed for the first time.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="entry">Its value.</param>
    /// <param name="replies">What became of its commands; none when it was dead.</param>
    public void OnExecuted(Slot slot, Entry entry, IReadOnlyList<ClientReply> replies)
    {
        bool isDead = replies.Count == 0;
        int index = 0;
        foreach (EntryCommand command in entry.Commands)
        {
            CopyKey key = KeyOf(command);
            Copies copies = Of(_ever, key);
            copies.Placed++;
            ReplyStatus? status = isDead ? null : replies[index++].Status;
            copies.HasRun |= status is ReplyStatus.Ok or ReplyStatus.Rejected;
            if (status is ReplyStatus.Busy or ReplyStatus.OutOfOrder or ReplyStatus.Expired)
                (_refusedAt[slot.Number].Keys ??= []).Add(key);
            else if (isDead)
                copies.Refused++;
            CheckExecuted(key, copies, slot.ToString());
        }
    }

    /// <summary>A replica executed a slot; its answers come in the same step.</summary>
    public void OnDecision(int replica, Slot slot)
    {
        if (_refusedAt.Read(slot.Number).Keys is { } keys)
            _refusedInStep[replica].AddRange(keys);
    }

    /// <summary>A reply leaves a replica.</summary>
    public void OnReply(int replica, Reply reply)
    {
        ClientReply message = reply.Message;
        if (message.Status is not (ReplyStatus.Redirect or ReplyStatus.NoQuorum or ReplyStatus.Busy or ReplyStatus.OutOfOrder or ReplyStatus.Expired))
            return;
        (long, SessionId, long) name = (reply.Client.Number, message.Session, message.Sequence.Number);
        if (!_commands[replica].TryGetValue(name, out ulong hash) || hash == 0)
            return;
        CopyKey key = new(message.Session, message.Sequence.Number, hash);
        Copies ever = Of(_ever, key);
        bool isOfExecution = message.Status is ReplyStatus.Busy or ReplyStatus.OutOfOrder or ReplyStatus.Expired && _refusedInStep[replica].Remove(key);
        if (isOfExecution)
        {
            ever.Refused++;
        }
        else
        {
            Of(_inThisLife[replica], key).NotTaken++;
            ever.NotTaken++;
            context.Marks.Reach(Mark.NotTaken);
            CheckProposed(replica, key);
        }

        CheckExecuted(key, ever, $"the answer {message.Status} of r{replica}");
    }

    /// <summary>A step of a replica is over.</summary>
    public void OnStepped(int replica) => _refusedInStep[replica].Clear();

    /// <summary>The process is gone, and with it every copy that it had not proposed.</summary>
    public void OnStopped(int replica)
    {
        _inThisLife[replica].Clear();
        _commands[replica].Clear();
        _refusedInStep[replica].Clear();
    }

    private static CopyKey KeyOf(in EntryCommand command) =>
        new(command.Session, command.Sequence.Number, ContentHash.Of(command.Command.Span));

    private static bool IsCommand(ReadOnlySpan<byte> command) => !command.IsEmpty && command[0] < (byte)CommandKind.ReadHistory;

    private static Copies Of(Dictionary<CopyKey, Copies> table, CopyKey key)
    {
        if (!table.TryGetValue(key, out Copies? copies))
            table.Add(key, copies = new Copies());
        return copies;
    }

    private static Dictionary<TKey, TValue>[] MakeTables<TKey, TValue>(int count)
        where TKey : notnull
    {
        Dictionary<TKey, TValue>[] tables = new Dictionary<TKey, TValue>[count];
        for (int index = 0; index < count; index++)
            tables[index] = [];
        return tables;
    }

    private static List<CopyKey>[] MakeLists(int count)
    {
        List<CopyKey>[] lists = new List<CopyKey>[count];
        for (int index = 0; index < count; index++)
            lists[index] = [];
        return lists;
    }

    private void CheckProposed(int replica, CopyKey key)
    {
        Copies copies = Of(_inThisLife[replica], key);
        if (copies.NotTaken > 0 && copies.Placed + copies.NotTaken > copies.Taken)
            context.Report("C6", $"r{replica} proposes {key} and says that it was not taken: {copies}");
    }

    private void CheckExecuted(CopyKey key, Copies copies, string when)
    {
        if (copies.NotTaken > 0 && copies.Placed + copies.NotTaken > copies.Taken)
            context.Report("C6", $"{when}: {key} is decided more often than it was taken: {copies}");
        else if (copies.HasRun && copies.NotTaken + copies.Refused >= copies.Taken && copies.NotTaken + copies.Refused > 0)
            context.Report("C6", $"{when}: {key} runs, and each of its copies was refused: {copies}");
    }

    /// <summary>A request, by its name and its bytes.</summary>
    private readonly record struct CopyKey(SessionId Session, long Sequence, ulong Command)
    {
        public override string ToString() => $"number {Sequence} of {Session}";
    }

    /// <summary>What became of the copies of a request.</summary>
    private sealed class Copies
    {
        public int Taken { get; set; }

        public int NotTaken { get; set; }

        public int Refused { get; set; }

        public int Placed { get; set; }

        public bool HasRun { get; set; }

        public override string ToString() => $"{Taken} copies, {NotTaken} not taken, {Refused} refused at execution, {Placed} in the log";
    }

    private struct RefusedAtSlot
    {
        public List<CopyKey>? Keys;
    }
}
