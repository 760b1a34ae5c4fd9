namespace PaxosShard.Programs.Errors;

/// <summary>Finds the word that was probably meant.</summary>
public static class EditDistance
{
    // With two letters changed, a word of three is another one.
    private const int Short = 3;

    /// <summary>The nearest of some words, if it is near enough to be worth a suggestion; null else.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates) =>
        candidates
            .Select(candidate => (Candidate: candidate, Distance: Between(word, candidate)))
            .Where(pair => pair.Distance <= (word.Length <= Short ? 1 : Math.Max(2, word.Length / 3)))
            .OrderBy(pair => pair.Distance)
            .Select(pair => pair.Candidate)
            .FirstOrDefault();

    /// <summary>How many letters have to be inserted, removed, changed or swapped with their neighbour.</summary>
    public static int Between(string left, string right)
    {
        int[,] table = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            for (int j = 0; j <= right.Length; j++)
                table[i, j] = i == 0 || j == 0 ? i + j : Cell(table, left, right, i, j);
        }
        return table[left.Length, right.Length];
    }

    private static int Cell(int[,] table, string left, string right, int i, int j)
    {
        int changed = table[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
        int best = Math.Min(changed, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
        bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
        return swapped ? Math.Min(best, table[i - 2, j - 2] + 1) : best;
    }
}
