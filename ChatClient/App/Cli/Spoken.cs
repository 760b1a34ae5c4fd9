using System.Globalization;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>Numbers and times as people say them. Pure.</summary>
internal static class Spoken
{
    /// <summary>A number of messages: <c>1 message</c>, <c>2 messages</c>.</summary>
    public static string Messages(long count) => Count(count, "message");

    /// <summary>A number of things that are many with an s: <c>1 shard</c>, <c>2 shards</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">What one of them is called.</param>
    public static string Count(long count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(count == 1 ? "" : "s")}");

    /// <summary>How long something took: milliseconds below a second, else seconds.</summary>
    public static string Time(TimeSpan time) => time < TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
