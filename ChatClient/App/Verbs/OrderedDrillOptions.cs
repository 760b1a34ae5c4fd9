using System.CommandLine;
using PaxosShard.ChatClient.App.Load.Ordered;
using PaxosShard.ChatClient.App.Load.OrderedDrills;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>The options of <c>px drill</c> that are for the drill ordered alone.</summary>
internal sealed class OrderedDrillOptions
{
    private const int MostShards = 8;
    private const int MostSeconds = 86_400;

    private readonly Option<int?> _shards = new("--shards") { Description = $"Shards of the drill ordered at its beginning, 1 to {MostShards} (default: 3)", HelpName = "N" };
    private readonly Option<int?> _clients = new("--clients") { Description = $"Clients of the drill ordered, 1 to {OrderedDrillPlan.MostClients} (default: 8)", HelpName = "N" };
    private readonly Option<int?> _fanout = new("--fanout") { Description = $"Operations of each burst of the drill ordered, 1 to {OrderedBenchPlan.MostFanout} (default: 16)", HelpName = "N" };
    private readonly Option<double?> _seconds = new("--seconds") { Description = "How long the drill ordered changes shards, in place of --count", HelpName = "S" };

    /// <summary>Adds them to the verb.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_shards, _clients, _fanout, _seconds])
            command.Options.Add(option);
    }

    /// <summary>What they say.</summary>
    /// <param name="parsed">What was called.</param>
    /// <param name="isOrdered">The drill is the one that they are for.</param>
    /// <param name="changes">How many changes there are; null when that was not said.</param>
    /// <param name="usualChanges">How many there are when neither they nor a time is given.</param>
    /// <exception cref="ReportedException">One is out of its bounds, given for another drill, or contradicts another one.</exception>
    public OrderedDrillPlan Read(ParseResult parsed, bool isOrdered, int? changes, int usualChanges)
    {
        OrderedDrillPlan usual = new(changes ?? usualChanges);
        if (!isOrdered && (parsed.GetValue(_shards) ?? parsed.GetValue(_clients) ?? parsed.GetValue(_fanout) ?? parsed.GetValue(_seconds)) is not null)
            throw new ReportedException(ErrorKinds.Usage, $"--shards, --clients, --fanout and --seconds are for {OrderedDrill.Name}");
        if (changes is not null && parsed.GetValue(_seconds) is not null)
            throw new ReportedException(ErrorKinds.Usage, "--count and --seconds are given: one of them says when the drill ends");
        return usual with
        {
            Shards = Within(parsed.GetValue(_shards) ?? usual.Shards, "--shards", MostShards),
            Clients = Within(parsed.GetValue(_clients) ?? usual.Clients, "--clients", OrderedDrillPlan.MostClients),
            Fanout = Within(parsed.GetValue(_fanout) ?? usual.Fanout, "--fanout", OrderedBenchPlan.MostFanout),
            Length = parsed.GetValue(_seconds) switch
            {
                null => null,
                > 0 and <= MostSeconds and var seconds => TimeSpan.FromSeconds(seconds),
                _ => throw new ReportedException(ErrorKinds.Usage, $"--seconds is above 0 and at most {MostSeconds}"),
            },
        };
    }

    private static int Within(int value, string option, int most) =>
        value >= 1 && value <= most ? value : throw new ReportedException(ErrorKinds.Usage, $"{option} is 1 to {most}");
}
