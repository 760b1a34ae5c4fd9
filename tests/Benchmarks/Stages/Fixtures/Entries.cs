using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Benchmarks.Stages.Fixtures;

/// <summary>Entries as a primary makes them.</summary>
internal static class Entries
{
    /// <summary>Log time and wall-clock time of the first of them, in milliseconds since 1970 UTC.</summary>
    public const long Time = 1_800_000_000_000;

    /// <summary>An entry of some requests.</summary>
    public static Entry Of(IReadOnlyList<ClientRequest> requests, long time = Time)
    {
        EntryBuilder builder = new(Wire.Limits.Entry, Wire.Limits.CommandsPerEntry);
        foreach (ClientRequest request in requests)
        {
            if (!builder.TryAdd(request))
                throw new InvalidOperationException($"{requests.Count} requests do not fit into an entry");
        }

        return builder.Build(new EntryStamp(View.First, time, time));
    }

    /// <summary>Entries that hold the messages of a run.</summary>
    /// <param name="batch">Messages of each.</param>
    public static Entry[] OfRun(int batch)
    {
        RequestSource requests = new();
        return [.. Enumerable.Range(0, Bodies.Stage.Messages / batch).Select(_ => Of(requests.Next(batch, Time)))];
    }

    /// <summary>The proposals of these entries, in the slots from 1 on.</summary>
    public static Proposal[] Propose(IEnumerable<Entry> entries) =>
        [.. entries.Select(static (entry, index) => new Proposal(View.First, new Slot(index + 1), entry, new Slot(index)))];
}
