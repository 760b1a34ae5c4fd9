using System.Text;
using CommunityToolkit.HighPerformance.Buffers;

namespace PaxosShard.Master.Gateway.Lines;

/// <summary>The answer to one line: <c>Success</c>, <c>Success | value</c>, <c>Fail | reason</c> or <c>Fail | mismatch | value</c>.</summary>
internal sealed class GatewayAnswer
{
    private GatewayAnswer(string head, ReadOnlyMemory<byte>? value = null)
    {
        Head = Encoding.UTF8.GetBytes(head);
        Value = value;
    }

    /// <summary>It was done.</summary>
    public static GatewayAnswer Done { get; } = new("Success");

    /// <summary>The key is not there, and nothing has changed.</summary>
    public static GatewayAnswer Missing { get; } = new("Fail | missing");

    /// <summary>Nothing came back: it may have been applied, or may still be.</summary>
    public static GatewayAnswer Unknown { get; } = new("Fail | unknown: may have been applied");

    /// <summary>The line up to the value, as it is written.</summary>
    public ReadOnlyMemory<byte> Head { get; }

    /// <summary>The value behind it, any bytes; null for none, which is not an empty one.</summary>
    public ReadOnlyMemory<byte>? Value { get; }

    /// <summary>Bytes that it holds.</summary>
    public int Bytes => Head.Length + (Value?.Length ?? 0);

    /// <summary>It was done, and this came of it.</summary>
    public static GatewayAnswer Found(ReadOnlyMemory<byte> value) => new("Success", value);

    /// <summary>Something else is there than what was expected, and nothing has changed.</summary>
    /// <param name="value">What is there.</param>
    public static GatewayAnswer Mismatch(ReadOnlyMemory<byte> value) => new("Fail | mismatch", value);

    /// <summary>It was not done.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    public static GatewayAnswer Fail(string reason)
    {
        using ArrayPoolBufferWriter<byte> escaped = new();
        FieldText.Append(escaped, Encoding.UTF8.GetBytes(reason));
        return new GatewayAnswer($"Fail | {Encoding.UTF8.GetString(escaped.WrittenSpan)}");
    }

    /// <summary>It was not begun, because something is full; it may be sent again.</summary>
    /// <param name="full">What is full, as a sentence.</param>
    public static GatewayAnswer Busy(string full) => Fail($"busy: {full}");

    /// <summary>It was certainly not applied and never will be.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    public static GatewayAnswer NotApplied(string reason) => Fail($"not applied: {reason}");
}
