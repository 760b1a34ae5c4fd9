using System.Text.Json;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>Reads what commands print for scripts.</summary>
internal static class CommandOutput
{
    /// <summary>The one JSON value it printed, whatever its exit code.</summary>
    public static JsonElement Json(this CommandResult result) => Parse(result.Output);

    /// <summary>The JSON values it printed, one a line, when it succeeded.</summary>
    public static JsonElement[] JsonLines(this CommandResult result) => [.. result.Succeeded().OutputLines.Select(Parse)];

    /// <summary>The names of an object's properties.</summary>
    public static string[] Names(this JsonElement element) => [.. element.EnumerateObject().Select(property => property.Name)];

    /// <summary>A property that is a text.</summary>
    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    /// <summary>A property that is a number.</summary>
    public static long Number(this JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private static JsonElement Parse(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
