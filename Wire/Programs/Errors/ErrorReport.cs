namespace PaxosShard.Programs.Errors;

/// <summary>What the user is told of an error: two lines, or all that is known of its kind.</summary>
public static class ErrorReport
{
    /// <summary>What happened and where; then the outcome, the likely cause and what to run next.</summary>
    public static IReadOnlyList<string> Lines(ReportedException error)
    {
        string outcome = error.Outcome ?? error.Kind.Outcome;
        return
        [
            $"{error.Kind.Code}: {error.Kind.Title}: {error.Message}",
            $"  outcome: {outcome}; likely cause: {error.Kind.Cause}; next: {error.Next ?? error.Kind.Next}",
        ];
    }

    /// <summary>The exit code.</summary>
    public static int ExitCodeOf(ReportedException error) => error.Exit ?? error.Kind.ExitCode;

    /// <summary>The kinds that a user may mean by <c>PX1101</c>, <c>px1101</c> or <c>1101</c>: one or none; all of them by no code.</summary>
    public static IEnumerable<ErrorKind> Find(string? code) => ErrorKinds.All.Where(kind => code is null
        || string.Equals(kind.Code, code, StringComparison.OrdinalIgnoreCase)
        || string.Equals(kind.Code, $"PX{code}", StringComparison.Ordinal));

    /// <summary>All that is known of a kind, for people.</summary>
    public static IReadOnlyList<string> Explain(ErrorKind kind) =>
    [
        $"{kind.Code}  {kind.Title} (exit code {kind.ExitCode})",
        $"  outcome: {kind.Outcome}",
        $"  cause:   {kind.Cause}",
        $"  next:    {kind.Next}",
    ];

    /// <summary>The same for programs: one JSON object.</summary>
    public static string ExplainAsJson(ErrorKind kind) => Json.ObjectLine(writer =>
    {
        writer.WriteString("code", kind.Code);
        writer.WriteNumber("exitCode", kind.ExitCode);
        writer.WriteString("title", kind.Title);
        writer.WriteString("outcome", kind.Outcome);
        writer.WriteString("cause", kind.Cause);
        writer.WriteString("next", kind.Next);
    });
}
