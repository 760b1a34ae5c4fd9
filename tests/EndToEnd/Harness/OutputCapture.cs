using System.Buffers;
using System.Text;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>What a process writes to one of its outputs, byte for byte, up to a bound; what comes after is read and dropped.</summary>
internal sealed class OutputCapture
{
    private const int MostBytes = 64 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>Begins to read.</summary>
    /// <param name="source">The output.</param>
    public OutputCapture(Stream source) => End = ReadAsync(source);

    /// <summary>Completes when the output has ended.</summary>
    public Task End { get; }

    /// <summary>All so far, as UTF-8.</summary>
    public override string ToString()
    {
        lock (_gate)
            return Encoding.UTF8.GetString(_bytes.WrittenSpan);
    }

    private async Task ReadAsync(Stream source)
    {
        byte[] buffer = new byte[16 * 1024];
        int count;
        while ((count = await source.ReadAsync(buffer)) > 0)
        {
            lock (_gate)
            {
                if (_bytes.WrittenCount + count <= MostBytes)
                    _bytes.Write(buffer.AsSpan(0, count));
            }
        }
    }
}
