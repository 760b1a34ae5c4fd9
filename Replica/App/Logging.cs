using NLog;
using NLog.Config;
using NLog.Layouts;
using NLog.Targets;

namespace PaxosShard.Replica.App;

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
            IncludeEventProperties = true,
        },
    };

    private static ConsoleTarget ErrorTarget() => new("stderr")
    {
        StdErr = true,
        Layout = "${date:universalTime=true:format=HH\\:mm\\:ss.fff} ${level:uppercase=true:padding=-5} ${logger:shortName=true} ${message}${onexception:${newline}${exception:format=tostring}}",
    };
}
