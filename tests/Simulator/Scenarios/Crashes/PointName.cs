using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PaxosShard.Simulator.Scenarios.Crashes;

/// <summary>One point at which a life ends, and how: printed as "sender:17:Killed", and read back from that, so that it can be run alone.</summary>
/// <param name="Victim">The part that the machine has in its story.</param>
/// <param name="At">Which point, from 1.</param>
/// <param name="Unsynced">What becomes of unsynced writes when the power fails; null: the process is killed.</param>
public sealed record PointName(string Victim, long At, Unsynced? Unsynced)
{
    private const string Killed = "Killed";

    /// <summary>Reads what <see cref="ToString"/> has printed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What it says; null when it makes no sense.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out PointName? name)
    {
        name = null;
        string[] parts = text.Split(':');
        if (parts.Length != 3 || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long at) || at == 0)
            return false;
        if (string.Equals(parts[2], Killed, StringComparison.Ordinal))
            name = new PointName(parts[0], at, Unsynced: null);
        else if (Enum.TryParse(parts[2], out Unsynced unsynced) && Enum.IsDefined(unsynced))
            name = new PointName(parts[0], at, unsynced);
        return name is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Victim}:{At}:{Unsynced?.ToString() ?? Killed}";
}
