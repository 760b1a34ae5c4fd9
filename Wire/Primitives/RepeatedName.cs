namespace PaxosShard.Wire.Primitives;

/// <summary>A name as it was read last; empty at the beginning.</summary>
/// <param name="bytes">Its bytes, a view of the input.</param>
/// <param name="text">The same as a text.</param>
internal readonly ref struct RepeatedName(ReadOnlySpan<byte> bytes, string text)
{
    private readonly string? _text = text;

    /// <summary>Its bytes, a view of the input.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>The same as a text.</summary>
    public string Text => _text ?? "";
}
