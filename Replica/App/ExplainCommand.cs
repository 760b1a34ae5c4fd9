using System.CommandLine;

namespace PaxosShard.Replica.App;

/// <summary><c>replica explain [PX1101]</c>: what an error code means, or all of them.</summary>
internal static class ExplainCommand
{
    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Argument<string?> code = new("code") { Description = "The code, like PX1101; none for all.", Arity = ArgumentArity.ZeroOrOne };
        Command command = new("explain", "Say what an error code means.\nExample: replica explain PX1101") { code };
        command.SetAction(parsed => Run(parsed.GetValue(code)));
        return command;
    }

    private static int Run(string? code)
    {
        bool found = false;
        foreach (ErrorCode one in ErrorCodes.All.Where(one => IsMeant(one, code)))
        {
            found = true;
            Console.Out.WriteLine($"{one} {one.Title} (exit code {one.ExitCode})");
            Console.Out.WriteLine($"  {one.Outcome}");
        }

        if (found)
            return ExitCodes.Ok;
        Console.Error.WriteLine($"{code} is not a code of this program");
        Console.Error.WriteLine("See all of them: replica explain");
        return ExitCodes.NotFound;
    }

    private static bool IsMeant(ErrorCode one, string? code) =>
        code is null || string.Equals(one.ToString(), code, StringComparison.OrdinalIgnoreCase)
        || (int.TryParse(code, out int number) && number == one.Number);
}
