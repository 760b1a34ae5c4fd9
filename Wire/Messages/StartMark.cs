namespace PaxosShard.Wire.Messages;

/// <summary>
/// One start of a replica: its number, and what was drawn for it. A copy of a data directory has the number too, but goes on under
/// another draw; so a start that others have met can be told from one that a copy has made since.
/// </summary>
/// <param name="Number">How often the data directory was opened, from 1; 0 for none.</param>
/// <param name="Id">128 bits that were drawn when the replica was started, and were durable before anybody heard of them.</param>
public readonly record struct StartMark(ulong Number, Guid Id)
{
    /// <summary>Bytes on the wire and on disk.</summary>
    public const int Bytes = sizeof(ulong) + 16;

    /// <summary>No start.</summary>
    public static StartMark None => default;

    /// <summary>This is a start.</summary>
    public bool IsSome => Number != 0;

    /// <inheritdoc/>
    public override string ToString() => $"start {Number}";
}
