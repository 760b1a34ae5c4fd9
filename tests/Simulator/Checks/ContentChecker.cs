using System.Reflection;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S25: a machine holds what the decided commands make, key by key as it is read and listed, and room by room from the first message left to the last (C5), and the hash that it keeps of each arc is that of
/// what is in the arc. The product shows the hashes to nobody outside: the way in is reflection, and a changed name on it ends the run with an exception.
/// </summary>
/// <param name="context">The run's checkers.</param>
/// <param name="reference">The log executed once more.</param>
internal sealed class ContentChecker(CheckContext context, ReferenceExecution reference)
{
    private const BindingFlags Anything = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private const int KeysPerPage = 2;

    /// <summary>All is quiet, and a replica has executed what the reference has.</summary>
    public void OnRest(int replica, ShardMachine machine)
    {
        CheckValues(replica, machine);
        CheckList(replica, machine);
        CheckArcs(replica, machine);
        foreach ((string name, long first, IReadOnlyList<RoomMessage> messages) in reference.Machine.Rooms)
            CheckRoom(replica, machine, name, first, messages);
    }

    private void CheckRoom(int replica, ShardMachine machine, string name, long first, IReadOnlyList<RoomMessage> messages)
    {
        long next = first;
        HistoryResult page;
        do
        {
            page = Read(machine, name, next);
            if (page.First != first || page.Last != first + messages.Count - 1 || !page.Messages.SequenceEqual(messages.Skip((int)(next - first)).Take(page.Messages.Count)))
                context.Report("C5", $"r{replica} reads messages {page.First} to {page.Last} of {name} from {next} on, or others than the {messages.Count} from {first} on that are left");
            next += page.Messages.Count;
        }
        while (page.Messages.Count > 0);
        if (next != first + messages.Count)
            context.Report("C5", $"r{replica} reads nothing of {name} from {next} on, although message {first + messages.Count - 1} is the last");
        if (first > 1 && Read(machine, name, first - 1) is not { Messages.Count: 0 })
            context.Report("C5", $"r{replica} reads {name} from {first - 1} on, which is trimmed, without saying so");
    }

    private static HistoryResult Read(ShardMachine machine, string room, long from) =>
        HistoryResult.Decode(machine.Read(new ReadHistoryQuery(room, from, int.MaxValue).Encode()).Payload.Span);

    private void CheckValues(int replica, ShardMachine machine)
    {
        foreach ((byte[] name, byte[] value) in reference.Machine.Keys)
        {
            CommandResult result = machine.Read(KeyCommand.Get(name).Encode());
            if (result.Status != ReplyStatus.Ok || KeyResult.Decode(result.Payload.Span) is not { Outcome: KeyOutcome.Done } found || !found.Value.Span.SequenceEqual(value))
                context.Report("S25", $"r{replica} has another value of key {Convert.ToHexString(name)} than the {value.Length} bytes that were put there");
        }
    }

    private void CheckList(int replica, ShardMachine machine)
    {
        List<string> expected = [.. reference.Machine.Keys.Select(static key => Describe(key.Name, key.Value.Length))];
        List<string> listed = [];
        ReadOnlyMemory<byte> after = default;
        ListKeysResult page;
        do
        {
            page = ListKeysResult.Decode(machine.Read(new ListKeysQuery(default, after, KeysPerPage).Encode()).Payload.Span);
            foreach (KeySummary key in page.Keys)
            {
                listed.Add(Describe(key.Key.Span, key.ValueLength));
                after = key.Key;
            }
        }
        while (page is { HasMore: true, Keys.Count: > 0 } && listed.Count <= expected.Count);
        if (page.HasMore || !listed.SequenceEqual(expected, StringComparer.Ordinal))
            context.Report("S25", $"r{replica} lists the keys {string.Join(' ', listed)}; there are {string.Join(' ', expected)}");
    }

    private void CheckArcs(int replica, ShardMachine machine)
    {
        object arcs = typeof(ShardMachine).GetProperty("Arcs", Anything)?.GetValue(machine) ?? throw new InvalidOperationException("the machine has no arcs");
        if (arcs.GetType().GetField("_sums", Anything)?.GetValue(arcs) is not ulong[] { Length: Arc.Count } hashes)
            throw new InvalidOperationException("the arcs have no hashes");
        ulong[] expected = reference.Machine.HashArcs();
        for (int number = 0; number < expected.Length; number++)
        {
            if (hashes[number] != expected[number])
                context.Report("S25", $"r{replica} has the hash {hashes[number]:x16} of arc {number}; what is in it has {expected[number]:x16}");
        }
    }

    private static string Describe(ReadOnlySpan<byte> key, int length) => $"{Convert.ToHexString(key)}:{length}";
}
