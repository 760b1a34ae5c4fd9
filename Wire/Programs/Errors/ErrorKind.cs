namespace PaxosShard.Programs.Errors;

/// <summary>One kind of error: its number, which never changes its meaning, and what to tell about it.</summary>
/// <param name="Number">1201 for PX1201.</param>
/// <param name="ExitCode">What the program ends with; see <see cref="Errors.ExitCode"/>.</param>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Outcome">What was applied, not applied or is unknown.</param>
/// <param name="Cause">The likely cause.</param>
/// <param name="Next">One command to run next.</param>
public sealed record ErrorKind(int Number, int ExitCode, string Title, string Outcome, string Cause, string Next)
{
    /// <summary>As it is shown: PX1201.</summary>
    public string Code => $"PX{Number}";
}
