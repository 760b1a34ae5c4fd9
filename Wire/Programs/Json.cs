using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using PaxosShard.Wire.Text;

namespace PaxosShard.Programs;

/// <summary>
/// Writes JSON without reflection, which keeps short commands short. What a terminal would obey, or what makes a text look like
/// another, is an escape of JSON, so that the text a program reads is the exact one.
/// </summary>
public static class Json
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One value on one line.</summary>
    public static string Line(Action<Utf8JsonWriter> write)
    {
        using ArrayPoolBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, _options))
            write(writer);
        return TextEscaping.Show(Encoding.UTF8.GetString(buffer.WrittenSpan)); // Behind the writer these can be within strings only.
    }

    /// <summary>One object on one line.</summary>
    public static string ObjectLine(Action<Utf8JsonWriter> writeProperties) => Line(writer =>
    {
        writer.WriteStartObject();
        writeProperties(writer);
        writer.WriteEndObject();
    });
}
