using System.CommandLine;
using System.Globalization;
using PaxosShard.ChatClient.App.Load.Follows;
using PaxosShard.ChatClient.App.Load.Levels;
using PaxosShard.Programs.Errors;
using PaxosShard.Wire;

namespace PaxosShard.ChatClient.App.Verbs.Benches;

/// <summary>The options of <c>px bench</c> that say what is measured, and how hard.</summary>
internal sealed class LevelOptions
{
    private const int MostOutstanding = 8192;
    private const int MostConnections = 5000;
    private const int MostKeys = 10_000_000;
    private const int MostRooms = 1000;
    private const int MostFollowers = 1000;
    private const int MostFollows = 2000;
    private const int MostPerSecond = 1_000_000;
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(2);

    private readonly Option<string> _outstanding = new("--outstanding") { Description = "Levels of load: operations on their way at any time", DefaultValueFactory = _ => "1,16,64,256", HelpName = "N,N" };
    private readonly Option<double> _seconds = new("--seconds") { Description = "How long each level is measured, after 2 s of warm-up", DefaultValueFactory = _ => 4, HelpName = "S" };
    private readonly Option<int> _size = new("--size") { Description = "Bytes of each text or value", DefaultValueFactory = _ => 128, HelpName = "B" };
    private readonly Option<string> _operation = new("--operation") { Description = "What is measured: messages to rooms (send), values (put, get, append), or gets and puts in turn (mix)", DefaultValueFactory = _ => "send", HelpName = "send|put|get|append|mix" };
    private readonly Option<int> _rooms = new("--rooms") { Description = "Rooms to which messages go in turn", DefaultValueFactory = _ => 1, HelpName = "N" };
    private readonly Option<int> _followers = new("--followers") { Description = $"Followers of each room, at most {MostFollows} in all, each on a connection of its own; what one does not receive once and in order is an error (9)", DefaultValueFactory = _ => 0, HelpName = "N" };
    private readonly Option<int> _keys = new("--keys") { Description = "Keys that are put and read in turn", DefaultValueFactory = _ => 1000, HelpName = "N" };
    private readonly Option<int> _connections = new("--connections") { Description = "Connections, over which the load is spread", DefaultValueFactory = _ => 1, HelpName = "C" };
    private readonly Option<double?> _rate = new("--rate") { Description = "Instead of levels: so many operations a second, whatever becomes of those before; their time counts from when they are due", HelpName = "R" };
    private readonly Option<bool> _raw = new("--raw") { Description = "Instead of the client library: one thread that writes frames, so that the replicas' own speed shows (send, put or get)" };
    private readonly Option<string?> _during = new("--during") { Description = "What happens in the middle of each level: kill-primary; the longest gap tells for how long nothing was answered", HelpName = "kill-primary" };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_operation, _outstanding, _rate, _rooms, _followers, _connections, _seconds, _size, _keys, _during, _raw];

    /// <summary>One thread writes frames instead of the client library.</summary>
    public bool IsRaw(ParseResult parsed) => parsed.GetValue(_raw);

    /// <summary>Operations a second, instead of levels; null where there are levels.</summary>
    /// <exception cref="ReportedException">It cannot be measured.</exception>
    public double? Rate(ParseResult parsed)
    {
        double? rate = parsed.GetValue(_rate);
        return rate is <= 0 or > MostPerSecond or double.NaN || (rate is not null && IsRaw(parsed)) ? throw Usage($"--rate is above 0 and at most {MostPerSecond}, and not for --raw") : rate;
    }

    /// <summary>The levels of load.</summary>
    /// <exception cref="ReportedException">One cannot be measured.</exception>
    public int[] Levels(ParseResult parsed)
    {
        List<int> levels = [];
        foreach (string part in parsed.GetRequiredValue(_outstanding).Split(','))
        {
            if (!int.TryParse(part, CultureInfo.InvariantCulture, out int level) || level < 1 || level > MostOutstanding)
                throw Usage($"--outstanding takes numbers from 1 to {MostOutstanding} with commas between them, not '{part}'");
            levels.Add(level);
        }

        return [.. levels];
    }

    /// <summary>What is measured.</summary>
    /// <exception cref="ReportedException">It cannot be measured.</exception>
    public BenchPlan Plan(ParseResult parsed)
    {
        BenchPlan plan = new()
        {
            Operation = Operation(parsed), SizeBytes = parsed.GetValue(_size), Keys = parsed.GetValue(_keys), Connections = parsed.GetValue(_connections), Rooms = parsed.GetValue(_rooms), Followers = parsed.GetValue(_followers),
            WarmUp = _warmUp, Length = Length(parsed), KillsPrimary = KillsPrimary(parsed),
        };
        int most = plan.Operation == BenchOperation.Send ? Limits.MessageText : Limits.Value;
        if (plan.SizeBytes < 1 || plan.SizeBytes > most)
            throw Usage($"--size is 1 to {most}");
        if (plan.Keys is < 1 or > MostKeys)
            throw Usage($"--keys is 1 to {MostKeys}");
        if (plan.Connections is < 1 or > MostConnections)
            throw Usage($"--connections is 1 to {MostConnections}");
        RequireRooms(plan, IsRaw(parsed));
        return plan;
    }

    private static void RequireRooms(BenchPlan plan, bool isRaw)
    {
        if (plan.Rooms is < 1 or > MostRooms)
            throw Usage($"--rooms is 1 to {MostRooms}");
        if (plan.Followers is < 0 or > MostFollowers || plan.Followers * plan.Rooms > MostFollows)
            throw Usage($"--followers is 0 to {MostFollowers}, and at most {MostFollows} for all rooms together");
        if ((plan.Rooms > 1 || plan.Followers > 0) && (isRaw || plan.Operation != BenchOperation.Send))
            throw Usage("--rooms and --followers are for messages (--operation send), and not for --raw");
        if (plan.Followers > 0 && plan.SizeBytes < FollowedRoom.LeastBytes)
            throw Usage($"--size is {FollowedRoom.LeastBytes} to {Limits.MessageText} with --followers: they know each message by its text");
    }

    private TimeSpan Length(ParseResult parsed) =>
        parsed.GetValue(_seconds) is > 0 and <= 3600 and var seconds ? TimeSpan.FromSeconds(seconds) : throw Usage("--seconds is above 0 and at most 3600");

    private BenchOperation Operation(ParseResult parsed)
    {
        string text = parsed.GetRequiredValue(_operation);
        if (!Enum.TryParse(text, ignoreCase: true, out BenchOperation operation) || !text.All(char.IsAsciiLetterLower))
            throw Usage($"--operation is one of {string.Join(", ", Enum.GetValues<BenchOperation>().Select(LevelTable.Name))}, not '{text}'");
        if (IsRaw(parsed) && operation is not (BenchOperation.Send or BenchOperation.Put or BenchOperation.Get))
            throw Usage($"--raw measures send, put and get, not {text}");
        return operation;
    }

    private bool KillsPrimary(ParseResult parsed)
    {
        if (parsed.GetValue(_during) is not { } text)
            return false;
        if (!string.Equals(text, BenchPlan.KillPrimary, StringComparison.Ordinal))
            throw Usage($"--during is {BenchPlan.KillPrimary}, not '{text}'");
        return IsRaw(parsed) ? throw Usage("--raw looks for no other primary: leave --during out") : true;
    }

    private static ReportedException Usage(string what) => new(ErrorKinds.Usage, what);
}
