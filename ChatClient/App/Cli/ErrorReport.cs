using PaxosShard.Client;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>Turns what went wrong into two lines and an exit code.</summary>
internal static class ErrorReport
{
    // The runtime puts the system's number of the error there.
    private const int SystemTableFull = 23;
    private const int TooManyOpen = 24;
    private const int FileTooLarge = 27;

    /// <summary>The error that an exception stands for.</summary>
    public static ReportedException Classify(Exception exception) => exception switch
    {
        ReportedException reported => reported,
        UnavailableException => new ReportedException(ErrorKinds.Unavailable, exception.Message),
        NotAppliedException => new ReportedException(ErrorKinds.NotApplied, exception.Message),
        OutcomeUnknownException unknown => new ReportedException(
            ErrorKinds.OutcomeUnknown, $"{unknown.Message} ({unknown.Session}, {unknown.Sequence})"),
        RejectedException => new ReportedException(ErrorKinds.Rejected, exception.Message),
        Wire.InvalidOptionsException => new ReportedException(ErrorKinds.Usage, exception.Message),
        OutOfMemoryException => new ReportedException(ErrorKinds.SystemLimit, $"memory (ulimit -v): {exception.Message}"),
        IOException { HResult: TooManyOpen or SystemTableFull } => new ReportedException(ErrorKinds.SystemLimit, $"open descriptors (ulimit -n): {exception.Message}"),
        _ when IsFileTooLarge(exception) => new ReportedException(ErrorKinds.SystemLimit, $"the size of files (ulimit -f): {exception.Message}"),
        IOException or UnauthorizedAccessException => new ReportedException(ErrorKinds.FileSystem, exception.Message),
        _ => new ReportedException(ErrorKinds.Internal, $"{exception.GetType().Name}: {exception.Message}"),
    };

    // The runtime takes it for a mistake of whoever writes.
    private static bool IsFileTooLarge(Exception exception) => exception is IOException { HResult: FileTooLarge }
        || (exception is ArgumentOutOfRangeException { StackTrace: { } trace } && trace.Contains("at System.IO.RandomAccess.", StringComparison.Ordinal));

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
}
