using System.Globalization;
using NLog;
using NLog.Config;
using NLog.Layouts;
using NLog.Targets;
using PaxosShard.Wire.Text;

namespace PaxosShard.Replica.Hosting;

/// <summary>
/// Where the log goes: JSON lines to a file when one is named, of bounded size with two older ones kept; readable lines to
/// standard error when there is no file or somebody looks on.
/// </summary>
internal static class Logging
{
    private const long FileBytes = 16 * 1024 * 1024;
    private const int OlderFiles = 2;

    /// <summary>Sets it up.</summary>
    /// <param name="file">The file; null for none.</param>
    /// <param name="level">The least important level that is written.</param>
    public static void Configure(string? file, LogLevel level)
    {
        LoggingConfiguration configuration = new();
        if (file is not null)
            configuration.AddRule(level, LogLevel.Fatal, FileTarget(file));
        if (file is null || !Console.IsErrorRedirected)
            configuration.AddRule(level, LogLevel.Fatal, ErrorTarget());
        LogManager.Configuration = configuration;
    }

    private static FileTarget FileTarget(string file) => new("file")
    {
        FileName = Layout.FromLiteral(file),
        // Named after the whole file name: by its own rule NLog takes the logs of replicas in the same folder for older ones and deletes them.
        ArchiveFileName = Layout.FromLiteral(file + ".old"),
        ArchiveAboveSize = FileBytes,
        MaxArchiveFiles = OlderFiles,
        KeepFileOpen = true,
        Layout = new JsonLayout
        {
            Attributes =
            {
                new JsonAttribute("time", "${date:universalTime=true:format=o}"),
                new JsonAttribute("level", "${level}"),
                new JsonAttribute("logger", "${logger:shortName=true}"),
                new JsonAttribute("message", "${message}"),
                new JsonAttribute("exception", "${exception:format=tostring}"),
            },
            // What is told stands in the message: a second time, as properties, it would only be longer.
            IncludeEventProperties = false,
        },
    };

    // What others wrote, as the reason of a refusal, is harmless for a terminal.
    private static string LineOf(LogEventInfo happened)
    {
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{happened.TimeStamp.ToUniversalTime():HH:mm:ss.fff} {happened.Level.Name.ToUpperInvariant(),-5} {happened.LoggerName?.Split('.')[^1]} {TextEscaping.Show(happened.FormattedMessage)}");
        return happened.Exception is { } exception
            ? string.Join('\n', [line, .. exception.ToString().ReplaceLineEndings("\n").Split('\n').Select(TextEscaping.Show)])
            : line;
    }

    private static ConsoleTarget ErrorTarget() => new("stderr")
    {
        StdErr = true,
        Layout = Layout.FromMethod(LineOf),
    };
}
