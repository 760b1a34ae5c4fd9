using System.Globalization;
using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Group;
using PaxosShard.Replica.Core.Queues;
using PaxosShard.Replica.Core.Sessions;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core.Execution;

/// <summary>
/// Everything besides the log that the result of executing it depends on: the version of the rules, bounds that may be set, limits of
/// the wire that decide what is refused, the reply texts, which are stored, and what the machine names. Replicas that differ in one of them would
/// disagree about the state, so they refuse each other before they exchange a single message; and a snapshot is loaded only under the rules under which it was made.
/// </summary>
public static class ExecutionRules
{
    /// <summary>To be raised with every change of what executing an entry does that nothing else in here shows.</summary>
    public const int Version = 11;

    /// <summary>A hash of all of it; the same in every process and on every machine.</summary>
    public static ulong HashOf(GroupOptions options, IStateMachine machine) => HashOf(options.Sessions, options.SessionWindow, machine);

    /// <summary>The same, of what a state knows of its options.</summary>
    internal static ulong HashOf(int sessions, int sessionWindow, IStateMachine machine) =>
        StableHash64.Of(Encoding.UTF8.GetBytes(Describe(sessions, sessionWindow, machine)));

    /// <summary>All of it, one "name = value" to a line.</summary>
    internal static string Describe(int sessions, int sessionWindow, IStateMachine machine)
    {
        StringBuilder text = new();
        foreach ((string name, long value) in Numbers(sessions, sessionWindow))
            text.Append(CultureInfo.InvariantCulture, $"{name} = {value}\n");
        foreach (byte[] reason in SessionAnswers.Reasons)
            text.Append(CultureInfo.InvariantCulture, $"reason = {Encoding.UTF8.GetString(reason)}\n");
        foreach (string rule in machine.Rules)
            text.Append(CultureInfo.InvariantCulture, $"{rule}\n");
        return text.ToString();
    }

    private static IEnumerable<(string Name, long Value)> Numbers(int sessions, int sessionWindow) =>
    [
        (nameof(Version), Version),
        ("GroupOptions.Sessions", sessions),
        ("GroupOptions.SessionWindow", sessionWindow),
        ("SessionTable.ResultBytes", SessionTable.ResultBytes),
        ("SessionTable.OrderedResultBytes", SessionTable.OrderedResultBytes),
        ("SessionTable.AllBytes", SessionTable.AllBytes),
        ("SessionTable.LooksPerSlot", SessionTable.LooksPerSlot),
        ("KeyQueues.PerKey", KeyQueues.PerKey),
        ("KeyQueues.Most", KeyQueues.Most),
        ("KeyQueues.MostBytes", KeyQueues.MostBytes),
        ("Limits.Command", Limits.Command),
        ("Limits.Result", Limits.Result),
        ("Limits.Entry", Limits.Entry),
        ("Limits.CommandsPerEntry", Limits.CommandsPerEntry),
        ("Limits.HighestNumber", Limits.HighestNumber),
        ("Limits.LongestLife", Limits.LongestLife),
        ("Limits.OrderedLife", Limits.OrderedLife),
        ("Limits.HighestTime", Limits.HighestTime),
    ];
}
