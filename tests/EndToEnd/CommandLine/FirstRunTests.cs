using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>The first run of <c>px</c> and of the tests on a machine that lacks something, or has all: what is said. The SDK is played by a script here, which is quick.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class FirstRunTests
{
    private static readonly string[] _tools = ["sh", "dirname", "readlink", "find", "head", "mkdir", "touch", "mktemp", "flock", "cat", "grep", "tee", "rm", "mv", "sed", "wc", "chmod", "env", "od", "tr"];

    private const string Sdk = """
        #!/bin/sh
        [ "$1" != --version ] || { echo 10.0.100; exit; }
        root=$(dirname "$(dirname "$0")")
        for program in ChatClient/App:chat Replica/App:replica Master/App:master; do
            folder=$root/tree/${program%%:*}/bin/Release/net10.0
            mkdir -p "$folder"
            printf '#!/bin/sh\necho "runs $*"\n' >"$folder/${program#*:}"
            chmod +x "$folder/${program#*:}"
            echo "  PaxosShard.${program#*:} -> $folder"
        done
        """;

    [Test]
    [CancelAfter(60_000)]
    public async Task It_says_what_it_builds_part_by_part_and_the_second_run_says_nothing(CancellationToken cancellation)
    {
        using TestFolder folder = Tree(hasSdk: true);

        CommandResult first = await RunAsync(folder, "px", cancellation, "demo");
        CommandResult second = await RunAsync(folder, "px", cancellation, "demo");

        Assert.That(first.Succeeded().Output, Is.EqualTo("runs demo\n"));
        Assert.That(first.ErrorLines, Is.EqualTo(new[]
        {
            "building with .NET 10.0.100, this first time for a minute or two; later only after a change",
            "  PaxosShard.chat is ready (1 of 3)", "  PaxosShard.replica is ready (2 of 3)", "  PaxosShard.master is ready (3 of 3)",
        }));
        Assert.That((second.Succeeded().Output, second.Error), Is.EqualTo(("runs demo\n", "")));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Without_the_SDK_there_is_one_clear_line(CancellationToken cancellation)
    {
        using TestFolder folder = Tree(hasSdk: false);

        ErrorAssert.Failed(await RunAsync(folder, "px", cancellation, "demo"), ExitCodes.Internal, "PX1299", "dotnet was not found in PATH", "https://dotnet.microsoft.com/download");
        CommandResult tests = await RunAsync(folder, "test.sh", cancellation);
        Assert.That((tests.Code, tests.Output), Is.EqualTo((ExitCodes.Internal, "")));
        Assert.That(tests.ErrorLines.Single(), Does.StartWith("test.sh: not found in PATH: dotnet python3 tmux strace; nothing was run. "));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task An_SDK_that_does_not_fit_is_named_with_the_one_that_does(CancellationToken cancellation)
    {
        using TestFolder folder = Tree(hasSdk: true);
        Write(folder, "bin/dotnet", "#!/bin/sh\nexit 155\n");

        ErrorAssert.Failed(await RunAsync(folder, "px", cancellation, "demo"), ExitCodes.Internal, "PX1299", "10.0.", "dotnet --list-sdks");
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_home_that_cannot_be_written_to_is_said_and_does_without(CancellationToken cancellation)
    {
        using TestFolder folder = Tree(hasSdk: true);

        CommandResult result = await RunAtHomeAsync(folder, "px", "/dev/null/nobody", cancellation, "demo");

        Assert.That(result.Succeeded().ErrorLines[1], Is.EqualTo("  HOME (/dev/null/nobody) cannot be written to: what the SDK keeps there is fetched into a temporary one"));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_tree_that_cannot_be_written_to_is_named(CancellationToken cancellation)
    {
        using TestFolder folder = Tree(hasSdk: true);
        Write(folder, "tree/ChatClient/App/obj", ""); // No folder can be made there, whoever runs this.

        ErrorAssert.Failed(await RunAsync(folder, "px", cancellation, "demo"), ExitCodes.Internal, "PX1219", "cannot be written to");
    }

    private static Task<CommandResult> RunAsync(TestFolder folder, string script, CancellationToken cancellation, params string[] words) =>
        RunAtHomeAsync(folder, script, folder.FullPath, cancellation, words);

    private static Task<CommandResult> RunAtHomeAsync(TestFolder folder, string script, string home, CancellationToken cancellation, params string[] words) => Command.RunAsync(
        folder.File($"tree/scripts/{script}"),
        words,
        input: null,
        new Dictionary<string, string?>(StringComparer.Ordinal) { ["PATH"] = folder.File("bin"), ["HOME"] = home, ["TMPDIR"] = folder.FullPath },
        cancellation);

    // A tree with the scripts and nothing built, and a PATH with nothing but what every system has.
    private static TestFolder Tree(bool hasSdk)
    {
        TestFolder folder = new();
        string scripts = Path.GetDirectoryName(Programs.Px)!;
        foreach (string part in (string[])["ChatClient/App", "Replica/App", "Master/App", "Wire", "Hashing", "scripts"])
            Directory.CreateDirectory(folder.File($"tree/{part}"));
        foreach (string name in (string[])["ChatClient/App/chat.csproj", "Replica/App/replica.csproj", "Master/App/master.csproj", "Directory.Build.props", "Directory.Build.targets", "Native.targets", "Directory.Packages.props"])
            File.WriteAllText(folder.File($"tree/{name}"), "");
        File.Copy(Path.Combine(scripts, "..", "global.json"), folder.File("tree/global.json"));
        foreach (string name in (string[])["px", "test.sh"])
            File.Copy(Path.Combine(scripts, name), folder.File($"tree/scripts/{name}"));
        Directory.CreateDirectory(folder.File("bin"));
        string[] path = Environment.GetEnvironmentVariable("PATH")!.Split(':');
        foreach (string tool in _tools)
        {
            if (path.Select(place => Path.Combine(place, tool)).FirstOrDefault(File.Exists) is { } found)
                File.CreateSymbolicLink(folder.File($"bin/{tool}"), found);
        }
        if (hasSdk)
            Write(folder, "bin/dotnet", Sdk);
        return folder;
    }

    private static void Write(TestFolder folder, string name, string text)
    {
        string path = folder.File(name);
        File.WriteAllText(path, text);
#pragma warning disable CA1416 // The tests run on Linux.
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
    }
}
