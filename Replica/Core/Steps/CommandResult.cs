using PaxosShard.Wire.Messages;

namespace PaxosShard.Replica.Core.Steps;

/// <summary>What a command or a query is answered with. That of a command that ran is stored: a duplicate gets exactly this again (rule 9).</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Payload">The reply's payload; whoever gets the result keeps it, and nobody writes to it.</param>
public readonly record struct CommandResult(ReplyStatus Status, ReadOnlyMemory<byte> Payload)
{
    /// <summary>A result whose payload has an array of its own.</summary>
    public CommandResult(ReplyStatus status, byte[] payload)
        : this(status, (ReadOnlyMemory<byte>)payload)
    {
    }
}
