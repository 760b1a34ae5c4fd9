using System.Globalization;

namespace PaxosShard.ChatClient.App.Load.Gateway;

/// <summary>
/// A key that one client alone changes and reads, one request after the other, and what it may hold by the answers so far. Pure.
/// </summary>
/// <param name="name">The key.</param>
internal sealed class AskedKey(string name)
{
    /// <summary>Bytes of each value.</summary>
    public const int ValueBytes = 128;

    private const int Digits = 12;

    // A put of which nobody knows whether it took effect may still do so later, also behind others.
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private string? _last;
    private long _number;

    /// <summary>The key.</summary>
    public string Name => name;

    /// <summary>The next value to be put: another one each time.</summary>
    public string NextValue() => (++_number).ToString("D" + Digits, CultureInfo.InvariantCulture).PadRight(ValueBytes, 'x');

    /// <summary>A put was answered.</summary>
    public void OnPut(string value, GatewayAnswer answer)
    {
        if (answer == GatewayAnswer.Served)
            _last = value;
        else if (answer == GatewayAnswer.Unknown)
            _unknown.Add(value);
    }

    /// <summary>It may hold this; null: it may be absent.</summary>
    public bool MayHold(string? value) => string.Equals(value, _last, StringComparison.Ordinal) || (value is not null && _unknown.Contains(value));
}
