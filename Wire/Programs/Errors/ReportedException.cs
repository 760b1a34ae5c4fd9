namespace PaxosShard.Programs.Errors;

/// <summary>An error to be told to the user in two lines.</summary>
/// <param name="kind">Which.</param>
/// <param name="what">What happened and where: addresses, files, lines.</param>
public sealed class ReportedException(ErrorKind kind, string what) : Exception(what)
{
    /// <summary>Which.</summary>
    public ErrorKind Kind { get; } = kind;

    /// <summary>What became of it; null for what its kind says.</summary>
    public string? Outcome { get; init; }

    /// <summary>One command to run next; null for what its kind says.</summary>
    public string? Next { get; init; }

    /// <summary>The exit code; null for that of its kind.</summary>
    public int? Exit { get; init; }
}
