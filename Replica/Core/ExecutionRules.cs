using System.Globalization;
using System.Text;
using PaxosShard.Hashing;
using PaxosShard.Replica.Core.Machines;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Core;

/// <summary>
/// Everything besides the log that the result of executing it depends on: the version of the rules, bounds that may be set, limits of
/// the wire that decide what is refused, and the texts of reasons, which are stored. Replicas that differ in one of them would
/// disagree about the state, so they refuse each other before they exchange a single message.
/// </summary>
public static class ExecutionRules
{
    /// <summary>To be raised with every change of what executing an entry does that nothing else in here shows.</summary>
    public const int Version = 1;

    /// <summary>A hash of all of it; the same in every process and on every machine.</summary>
    public static ulong HashOf(GroupOptions options) => StableHash64.Of(Encoding.UTF8.GetBytes(Describe(options)));

    /// <summary>All of it, one "name = value" to a line.</summary>
    internal static string Describe(GroupOptions options)
    {
        StringBuilder text = new();
        foreach ((string name, long value) in Numbers(options))
            text.Append(CultureInfo.InvariantCulture, $"{name} = {value}\n");
        foreach (byte[] reason in Reasons.All)
            text.Append(CultureInfo.InvariantCulture, $"reason = {Encoding.UTF8.GetString(reason)}\n");
        return text.ToString();
    }

    private static IEnumerable<(string Name, long Value)> Numbers(GroupOptions options) =>
    [
        (nameof(Version), Version),
        ("GroupOptions.Sessions", options.Sessions),
        ("GroupOptions.SessionWindow", options.SessionWindow),
        ("GroupOptions.Rooms", options.Rooms),
        ("Limits.MessageText", Limits.MessageText),
        ("Limits.RoomName", Limits.RoomName),
        ("Limits.AuthorName", Limits.AuthorName),
        ("Limits.Command", Limits.Command),
        ("Limits.Result", Limits.Result),
        ("Limits.Entry", Limits.Entry),
        ("Limits.CommandsPerEntry", Limits.CommandsPerEntry),
        ("Limits.HighestNumber", Limits.HighestNumber),
    ];
}
