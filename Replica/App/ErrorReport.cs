using System.Net.Sockets;
using PaxosShard.Programs;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;

namespace PaxosShard.Replica.App;

/// <summary>Writes an error as two lines: what and where, then what became of it and what to do next.</summary>
internal static class ErrorReport
{
    /// <summary>Writes an error of the table.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(ErrorCode code, string where)
    {
        StandardError.WriteLine($"{code} {where}");
        StandardError.WriteLine(code.Outcome);
        return code.ExitCode;
    }

    /// <summary>Writes an exception; the whole of it only when <paramref name="debug"/> asks for it.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(Exception failure, bool debug)
    {
        int exitCode = Write(CodeOf(failure), failure.Message);
        foreach (string line in debug ? failure.ToString().ReplaceLineEndings("\n").Split('\n') : [])
            StandardError.WriteLine(line);
        return exitCode;
    }

    /// <summary>Writes how a replica ended, unless it was asked to.</summary>
    /// <returns>The exit code.</returns>
    public static int Write(NodeOutcome outcome) => outcome.Reason switch
    {
        StopReason.Requested => ExitCodes.Ok,
        StopReason.StorageFailed => Write(ErrorCodes.StorageFailed, outcome.Detail),
        StopReason.LimitReached => Write(ErrorCodes.SystemLimit, outcome.Detail),
        StopReason.DiskFull => Write(ErrorCodes.DiskFull, outcome.Detail),
        StopReason.Disowned => Write(ErrorCodes.DirectoryDisowned, outcome.Detail),
        _ => Write(ErrorCodes.InvariantBroken, outcome.Detail),
    };

    private static ErrorCode CodeOf(Exception failure) => failure switch
    {
        ReportedException reported => reported.Code,
        InvalidOptionsException => ErrorCodes.InvalidOptions,
        DataDirectoryException => ErrorCodes.DirectoryUnfit,
        DataDirectoryInUseException => ErrorCodes.DirectoryInUse,
        ForeignDataDirectoryException => ErrorCodes.DirectoryForeign,
        StorageFailedException { IsSystemLimit: true } or OutOfMemoryException => ErrorCodes.SystemLimit,
        SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } => ErrorCodes.SystemLimit,
        StorageFailedException => ErrorCodes.StorageFailed,
        DiskFullException => ErrorCodes.DiskFull,
        _ => ErrorCodes.Unforeseen,
    };
}
