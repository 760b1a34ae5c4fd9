using PaxosShard.ChatClient.App.Groups;
using PaxosShard.Client;
using PaxosShard.Programs.Errors;

namespace PaxosShard.ChatClient.App.Cli;

/// <summary>Which error an exception of this program stands for.</summary>
internal static class ErrorClassifier
{
    // The runtime puts the system's number of the error there.
    private const int SystemTableFull = 23;
    private const int TooManyOpen = 24;
    private const int FileTooLarge = 27;

    /// <summary>The error that an exception stands for, to whoever talks to a group: where a demo was ended nobody answers, and that says more than how it was noticed.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="place">The directory of the group; null when none is known.</param>
    public static ReportedException Classify(Exception exception, string? place)
    {
        ReportedException error = Classify(exception);
        bool isUnanswered = error.Kind == ErrorKinds.Unavailable || error.Kind == ErrorKinds.NotApplied || error.Kind == ErrorKinds.OutcomeUnknown;
        if (!isUnanswered || DemoEnd.Find(place) is not { } ended)
            return error;
        bool isUnknown = error.Kind == ErrorKinds.OutcomeUnknown;
        return new ReportedException(ended.Kind, ended.Message)
        {
            Outcome = error.Outcome ?? (isUnknown ? error.Kind.Outcome : null),
            Next = ended.Next,
            Exit = error.Exit ?? (isUnknown ? error.Kind.ExitCode : null),
        };
    }

    /// <summary>The error that an exception stands for.</summary>
    public static ReportedException Classify(Exception exception) => exception switch
    {
        ReportedException reported => reported,
        UnavailableException => new ReportedException(ErrorKinds.Unavailable, exception.Message),
        NotAppliedException => new ReportedException(ErrorKinds.NotApplied, exception.Message),
        OutcomeUnknownException => new ReportedException(ErrorKinds.OutcomeUnknown, exception.Message),
        TrimmedException => new ReportedException(ErrorKinds.Trimmed, exception.Message),
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
}
