using System.Globalization;
using System.Text;

namespace PaxosShard.Tests.EndToEnd.Harness;

/// <summary>The processes of this machine, of whoever started them (Linux).</summary>
internal static class ProcessTable
{
    /// <summary>The process runs. One that is dead, and only waits to be waited for, does not.</summary>
    public static bool IsAlive(int process)
    {
        string stat = Read(process, "stat");
        // The state stands behind the name, which is in brackets and may hold anything.
        return stat.Length > 0 && stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
    }

    /// <summary>The processes that run and have a text in their command lines.</summary>
    public static IReadOnlyList<int> With(string commandLinePart) => WithIn("cmdline", commandLinePart);

    /// <summary>The processes that run and were started with a variable, written as <c>NAME=value</c>.</summary>
    public static IReadOnlyList<int> WithEnvironment(string variable) => WithIn("environ", variable);

    /// <summary>Kills processes until none of them runs any more.</summary>
    /// <param name="what">What is waited for, as it reads after "did not happen:".</param>
    /// <param name="find">Finds those that still run.</param>
    public static Task KillAsync(string what, Func<IEnumerable<int>> find) => Eventually.HoldsAsync(
        what,
        () =>
        {
            int[] rest = [.. find().Distinct()];
            foreach (int process in rest)
                Signals.SendKill(process);
            return rest.Length == 0 ? null : $"processes {string.Join(", ", rest)}";
        },
        CancellationToken.None);

    private static IReadOnlyList<int> WithIn(string file, string part) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int process) ? process : 0)
            .Where(process => process > 0 && process != Environment.ProcessId)
            .Where(process => Read(process, file).Contains(part, StringComparison.Ordinal) && IsAlive(process))
            .Order(),
    ];

    private static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}", Encoding.UTF8);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
