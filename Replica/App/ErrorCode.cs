namespace PaxosShard.Replica.App;

/// <summary>An error that the program reports.</summary>
/// <param name="Number">1101 is shown as PX1101; never used for anything else again.</param>
/// <param name="ExitCode">What the program ends with.</param>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Outcome">The likely cause, what became of things, and what to do: the second line of the report.</param>
internal sealed record ErrorCode(int Number, int ExitCode, string Title, string Outcome)
{
    /// <inheritdoc/>
    public override string ToString() => $"PX{Number}";
}
