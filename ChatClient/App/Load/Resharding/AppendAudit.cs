using System.Globalization;

namespace PaxosShard.ChatClient.App.Load.Resharding;

/// <summary>What a client was told of a key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Acknowledged">Tokens that were acknowledged: those below this number.</param>
/// <param name="IsLastUnknown">One more was sent, of which nobody knows whether it took effect; it was the last.</param>
internal readonly record struct AppendedKey(string Key, int Acknowledged, bool IsLastUnknown);

/// <summary>What the keys held.</summary>
internal sealed class AppendAudit
{
    /// <summary>Tokens that were acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Tokens of which nobody knows whether they took effect: each may be there once, or not at all.</summary>
    public int Unknown { get; private set; }

    /// <summary>Acknowledged tokens that are not there.</summary>
    public int Lost { get; private set; }

    /// <summary>Tokens that are there more than once.</summary>
    public int Doubled { get; private set; }

    /// <summary>Tokens that stand behind a later one.</summary>
    public int Reordered { get; private set; }

    /// <summary>Tokens that are there and that nobody has sent, or whose key was deleted before.</summary>
    public int Foreign { get; private set; }

    /// <summary>Nothing is wrong.</summary>
    public bool IsClean => Lost + Doubled + Reordered + Foreign == 0;

    /// <summary>Compares a key with what its client was told.</summary>
    public void Add(AppendedKey key, string value)
    {
        int[] counts = new int[key.Acknowledged + (key.IsLastUnknown ? 1 : 0)];
        int last = -1;
        foreach (string word in WordsOf(value))
        {
            if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int token) || token >= counts.Length)
            {
                Foreign++;
                continue;
            }

            if (++counts[token] > 1)
                Doubled++;
            else if (token < last)
                Reordered++;
            last = Math.Max(last, token);
        }

        Acknowledged += key.Acknowledged;
        Unknown += key.IsLastUnknown ? 1 : 0;
        Lost += counts.Take(key.Acknowledged).Count(static count => count == 0);
    }

    /// <summary>A key was deleted when its client had appended to it for the last time.</summary>
    /// <param name="value">What it holds now: nothing, if all is well.</param>
    public void AddDeleted(string value) => Foreign += WordsOf(value).Length;

    /// <summary>Counts together with another audit.</summary>
    public void Add(AppendAudit other)
    {
        Acknowledged += other.Acknowledged;
        Unknown += other.Unknown;
        Lost += other.Lost;
        Doubled += other.Doubled;
        Reordered += other.Reordered;
        Foreign += other.Foreign;
    }

    private static string[] WordsOf(string value) => value.Split(';', StringSplitOptions.RemoveEmptyEntries);
}
