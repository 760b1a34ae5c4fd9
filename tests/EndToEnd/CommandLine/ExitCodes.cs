namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>The exit codes as scripts know them: written down once more, so that a change in the programs is noticed.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Usage = 2;
    public const int NotFound = 3;
    public const int Rejected = 4;
    public const int NotApplied = 5;
    public const int OutcomeUnknown = 6;
    public const int Partial = 8;
    public const int CheckFailed = 9;
    public const int Internal = 70;
    public const int Interrupted = 130;
}
