using System.Reflection;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Steps;
using PaxosShard.Replica.Machines;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Simulator.Checks;

/// <summary>
/// S25: a machine holds what the decided commands make, key by key as it is read and listed, and the hash that it keeps of each arc is that of
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
    }

    private void CheckValues(int replica, ShardMachine machine)
    {
        foreach ((byte[] name, byte[] value) in reference.Machine.Keys)
        {
            CommandResult result = machine.Read(KeyCommand.Get(name).Encode());
            if (result.Status != ReplyStatus.Ok || KeyResult.Decode(result.Payload) is not { Outcome: KeyOutcome.Done } found || !found.Value.Span.SequenceEqual(value))
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
            page = ListKeysResult.Decode(machine.Read(new ListKeysQuery(default, after, KeysPerPage).Encode()).Payload);
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
