namespace PaxosShard.Replica.App;

/// <summary>Ends the program with an error of the table.</summary>
/// <param name="code">Which one.</param>
/// <param name="where">What and where exactly: the rest of the first line.</param>
internal sealed class ReportedException(ErrorCode code, string where) : Exception(where)
{
    /// <summary>The error.</summary>
    public ErrorCode Code => code;
}
