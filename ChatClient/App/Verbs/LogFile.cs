using System.Globalization;
using System.Text;
using System.Text.Json;
using PaxosShard.Wire.Text;

namespace PaxosShard.ChatClient.App.Verbs;

/// <summary>The program log of one replica, read little by little.</summary>
/// <param name="name">The replica, as it is shown.</param>
/// <param name="path">The file: a line of JSON for each event.</param>
internal sealed class LogFile(string name, string path)
{
    private long _position;

    /// <summary>The replica, as it is shown.</summary>
    public string Name => name;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>A word names this replica, with its group or without.</summary>
    public bool Is(string word) => string.Equals(word, name, StringComparison.Ordinal) || name.EndsWith($"/{word}", StringComparison.Ordinal);

    /// <summary>The whole lines that have come since it was read last.</summary>
    public IReadOnlyList<LogLine> ReadNew()
    {
        if (!File.Exists(path))
            return [];
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length < _position)
            _position = 0; // Another file has its name now.
        stream.Seek(_position, SeekOrigin.Begin);
        byte[] bytes = new byte[stream.Length - _position];
        int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        int end = bytes.AsSpan(0, count).LastIndexOf((byte)'\n') + 1;
        _position += end;
        return [.. Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => LogLine.Of(name, line))];
    }
}

/// <summary>A line of a program log.</summary>
/// <param name="Time">When; for lines that do not say, the beginning of time.</param>
/// <param name="Text">As people read it.</param>
/// <param name="Raw">As it is in the file.</param>
internal sealed record LogLine(DateTimeOffset Time, string Text, string Raw)
{
    /// <summary>Reads one. A line that is no JSON is shown as it is.</summary>
    public static LogLine Of(string name, string raw)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(raw);
            JsonElement root = document.RootElement;
            DateTimeOffset time = DateTimeOffset.Parse(Word(root, "time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            string error = Word(root, "exception") is { Length: > 0 } told ? $": {told.Split('\n')[0].TrimEnd()}" : "";
            string text = $"{time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)}  {name}  {Word(root, "level"),-5}  {Word(root, "message")}{error}";
            return new LogLine(time, TextEscaping.Escape(text), raw);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            return new LogLine(DateTimeOffset.MinValue, TextEscaping.Escape($"{name}  {raw}"), raw);
        }
    }

    private static string Word(JsonElement root, string property) =>
        root.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
