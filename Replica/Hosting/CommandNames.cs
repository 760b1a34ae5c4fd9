using System.Text.Json;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Replica.Hosting;

/// <summary>The commands of a log by their names in options: <c>adopt-configuration</c> for AdoptConfiguration. No two kinds of groups have a number in common.</summary>
internal static class CommandNames
{
    private const byte FirstRead = 0x80;

    private static readonly Dictionary<string, byte> _kinds = Enum.GetValues<CommandKind>().Select(static kind => (Name: $"{kind}", Number: (byte)kind))
        .Concat(Enum.GetValues<PlacementCommandKind>().Select(static kind => (Name: $"{kind}", Number: (byte)kind)))
        .Where(static kind => kind.Number < FirstRead)
        .ToDictionary(static kind => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.Name), static kind => kind.Number, StringComparer.Ordinal);

    /// <summary>The commands of these names: the first byte of each, and its name.</summary>
    /// <param name="names">The names.</param>
    /// <param name="option">The option that has them, for the message.</param>
    /// <exception cref="InvalidOptionsException">No command is called so; the message names all.</exception>
    public static IReadOnlyDictionary<byte, string> Parse(IEnumerable<string> names, string option) =>
        names.Distinct(StringComparer.Ordinal).ToDictionary(name => Parse(name, option));

    private static byte Parse(string name, string option) => _kinds.TryGetValue(name, out byte kind)
        ? kind
        : throw new InvalidOptionsException($"{option}: no command of a log is called '{name}'; there are {string.Join(", ", _kinds.Keys.Order(StringComparer.Ordinal))}");
}
