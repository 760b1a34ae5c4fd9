using System.Net.Sockets;
using PaxosShard.Programs.Errors;
using PaxosShard.Replica.Core.Snapshots;
using PaxosShard.Replica.Engine;
using PaxosShard.Replica.Node;
using PaxosShard.Replica.Node.Storage;
using PaxosShard.Wire;

namespace PaxosShard.Replica.Hosting;

/// <summary>Which error an exception of this program, or the end of a replica, stands for.</summary>
internal static class ErrorClassifier
{
    /// <summary>The error that an exception stands for.</summary>
    public static ReportedException Classify(Exception failure) =>
        failure as ReportedException ?? new ReportedException(KindOf(failure), failure.Message);

    /// <summary>The error that a replica ended by; null when it was asked to end.</summary>
    public static ReportedException? Classify(NodeOutcome outcome) => outcome.Reason switch
    {
        StopReason.Requested => null,
        StopReason.StorageFailed => new ReportedException(ErrorKinds.StorageFailed, outcome.Detail),
        StopReason.LimitReached => new ReportedException(ErrorKinds.ReplicaLimit, outcome.Detail),
        StopReason.DiskFull => new ReportedException(ErrorKinds.DiskFull, outcome.Detail),
        StopReason.Replaced => new ReportedException(ErrorKinds.PlaceReplaced, outcome.Detail),
        StopReason.Disowned => new ReportedException(ErrorKinds.DirectoryDisowned, outcome.Detail),
        _ => new ReportedException(ErrorKinds.InvariantBroken, outcome.Detail),
    };

    private static ErrorKind KindOf(Exception failure) => failure switch
    {
        InvalidOptionsException => ErrorKinds.InvalidOptions,
        DataDirectoryException or WireFormatException => ErrorKinds.DirectoryUnfit,
        DataDirectoryInUseException => ErrorKinds.DirectoryInUse,
        ForeignDataDirectoryException => ErrorKinds.DirectoryForeign,
        OtherRulesException => ErrorKinds.OtherRules,
        StorageFailedException { IsSystemLimit: true } or OutOfMemoryException => ErrorKinds.ReplicaLimit,
        SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } => ErrorKinds.ReplicaLimit,
        StorageFailedException => ErrorKinds.StorageFailed,
        DiskFullException => ErrorKinds.DiskFull,
        _ => ErrorKinds.ReplicaInternal,
    };
}
