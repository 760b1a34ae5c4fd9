using System.Globalization;

namespace PaxosShard.ChatClient.App.Chat;

/// <summary>Numbers and times as people say them. Pure.</summary>
internal static class Spoken
{
    /// <summary>A number of messages: <c>1 message</c>, <c>2 messages</c>.</summary>
    public static string Messages(long count) => count == 1 ? "1 message" : string.Create(CultureInfo.InvariantCulture, $"{count} messages");

    /// <summary>How long something took: milliseconds below a second, else seconds.</summary>
    public static string Time(TimeSpan time) => time < TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
