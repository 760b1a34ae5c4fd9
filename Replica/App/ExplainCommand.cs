using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using PaxosShard.Programs;

namespace PaxosShard.Replica.App;

/// <summary><c>replica explain [PX1101]</c>: what an error code means, or all of them.</summary>
internal static class ExplainCommand
{
    /// <summary>The verb.</summary>
    public static Command Create()
    {
        Argument<string?> code = new("code") { Description = "The code, like PX1101; none for all.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = new("--json") { Description = "As JSON, one object a line." };
        Command command = new("explain", "Say what an error code means.\nExample: replica explain PX1101") { code, json };
        command.SetAction(parsed => Run(parsed.GetValue(code), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string? code, bool json)
    {
        bool found = false;
        foreach (ErrorCode one in ErrorCodes.All.Where(one => IsMeant(one, code)))
        {
            found = true;
            Console.Out.WriteLine(json ? AsJson(one) : $"{one} {one.Title} (exit code {one.ExitCode})\n  {one.Outcome}");
        }

        if (found)
            return ExitCodes.Ok;
        StandardError.WriteLine($"{code} is not a code of this program");
        StandardError.WriteLine("See all of them: replica explain");
        return ExitCodes.NotFound;
    }

    private static string AsJson(ErrorCode code)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("code", code.ToString());
            writer.WriteNumber("exitCode", code.ExitCode);
            writer.WriteString("title", code.Title);
            writer.WriteString("outcome", code.Outcome);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static bool IsMeant(ErrorCode one, string? code) =>
        code is null || string.Equals(one.ToString(), code, StringComparison.OrdinalIgnoreCase)
        || (int.TryParse(code, out int number) && number == one.Number);
}
