using System.Text.RegularExpressions;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.Chat;

/// <summary>A program of a chat in a terminal of its own; its exit code stands on the screen when it has ended.</summary>
internal static class ChatTerminal
{
    /// <summary>Starts it.</summary>
    /// <param name="environment">Its environment.</param>
    /// <param name="cancellation">The end of the test's time.</param>
    /// <param name="words">The words behind <c>px</c>.</param>
    public static Task<Tmux> StartAsync(IReadOnlyDictionary<string, string?> environment, CancellationToken cancellation, params string[] words) =>
        Tmux.StartAsync(environment, cancellation, ["/bin/sh", "-c", "\"$@\"; echo \"ended with $?\"; cat", "sh", Programs.Px, .. words]);

    /// <summary>Types a line and presses Enter.</summary>
    public static async Task EnterAsync(this Tmux terminal, string line, CancellationToken cancellation)
    {
        await terminal.TypeAsync(line, cancellation);
        await terminal.PressAsync("Enter", cancellation);
    }

    /// <summary>Waits for a line that begins like this.</summary>
    public static Task<string> BeginsAsync(this Tmux terminal, string start, CancellationToken cancellation) =>
        terminal.LineAsync($"a line begins with '{start}'", line => line.StartsWith(start, StringComparison.Ordinal), cancellation);

    /// <summary>Waits for a line that a pattern describes as a whole.</summary>
    public static Task<string> MatchesAsync(this Tmux terminal, string pattern, CancellationToken cancellation) =>
        terminal.LineAsync($"a line is like '{pattern}'", line => Regex.IsMatch(line.TrimEnd(), $"^{pattern}$", RegexOptions.None, Eventually.Patience), cancellation);

    /// <summary>How many lines on the screen hold a text.</summary>
    public static async Task<int> CountAsync(this Tmux terminal, string text, CancellationToken cancellation) =>
        (await terminal.ScreenAsync(cancellation)).Count(line => line.Contains(text, StringComparison.Ordinal));
}
