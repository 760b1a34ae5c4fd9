using System.Buffers;

namespace PaxosShard.Master.Gateway.Lines;

/// <summary>What a <see cref="LineReader"/> found.</summary>
/// <param name="Outcome">What it is.</param>
/// <param name="Bytes">The line without its line feed, valid until the next one is read; empty unless it is whole.</param>
internal readonly record struct ReceivedLine(LineOutcome Outcome, ReadOnlySequence<byte> Bytes = default);
