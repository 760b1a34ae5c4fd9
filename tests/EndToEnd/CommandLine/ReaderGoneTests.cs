using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>The exit code says what became of the work, whoever reads the output.</summary>
[TestFixture]
public sealed class ReaderGoneTests() : SharedGroup(replicas: 1)
{
    [TestCase("\"$1\" send read --numbers", "read", 20_000)]
    [TestCase("\"$1\" chat --room talk", "talk", 20_000)]
    [CancelAfter(300_000)]
    public async Task Every_line_is_sent_although_nobody_reads_the_output_any_more(string verb, string room, int count, CancellationToken cancellation)
    {
        (int code, string notes) = await RunAsync($"seq 1 {count} | {verb}", "head -n 1 >/dev/null", Group.Directory, cancellation);

        Assert.That(code, Is.EqualTo(ExitCodes.Ok), notes);
        CommandResult last = await Group.PxAsync("", cancellation, "tail", room, "--from", "last", "--dir", Group.Directory);
        Assert.That(last.Succeeded().Output, Does.StartWith($"{count}\t").And.EndsWith($"\t{count}\n"));
    }

    [TestCase("status")]
    [TestCase("status --json")]
    [CancelAfter(180_000)]
    public async Task Without_a_primary_the_exit_code_says_so_into_a_closed_pipe(string verb, CancellationToken cancellation)
    {
        await using PxGroup group = await PxGroup.StartAsync(1, cancellation);
        (await group.PxAsync("", cancellation, "down", "--dir", group.Directory)).Succeeded();

        (int code, string notes) = await RunAsync($"\"$1\" {verb}", "(exec <&-; while [ ! -e \"$3/code\" ]; do sleep 0.05; done)", group.Directory, cancellation);

        Assert.That(code, Is.EqualTo(ExitCodes.NotApplied), notes);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task An_error_keeps_its_exit_code_when_nobody_reads_the_notes_either(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        const string script = "{ \"$1\" tail silence --dir \"$2\" 2>&1; echo $? >\"$3/code\"; } | (exec <&-; while [ ! -e \"$3/code\" ]; do sleep 0.05; done)";

        await Command.RunAsync("/bin/sh", ["-c", script, "sh", Programs.Px, Group.Directory, folder.FullPath], input: null, Group.Environment, cancellation);

        Assert.That(await File.ReadAllTextAsync(folder.File("code"), cancellation), Is.EqualTo($"{ExitCodes.NotFound}\n"));
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Numbers_that_a_full_disk_does_not_take_are_told_behind_what_became_of_the_lines(CancellationToken cancellation)
    {
        CommandResult result = await Command.RunAsync(
            "/bin/sh", ["-c", "seq 1 100 | \"$1\" send full --numbers --dir \"$2\" >/dev/full", "sh", Programs.Px, Group.Directory], input: null, Group.Environment, cancellation);

        ErrorAssert.Failed(result, ExitCodes.Internal, "PX1219", "all 100 lines committed");
    }

    private async Task<(int Code, string Notes)> RunAsync(string command, string reader, string directory, CancellationToken cancellation)
    {
        using TestFolder folder = new();
        string script = $"{{ {command} --dir \"$2\" 2>\"$3/notes\"; echo $? >\"$3/code.new\"; mv \"$3/code.new\" \"$3/code\"; }} | {reader}";
        await Command.RunAsync("/bin/sh", ["-c", script, "sh", Programs.Px, directory, folder.FullPath], input: null, Group.Environment, cancellation);
        string code = await File.ReadAllTextAsync(folder.File("code"), cancellation);
        return (int.Parse(code, System.Globalization.CultureInfo.InvariantCulture), await File.ReadAllTextAsync(folder.File("notes"), cancellation));
    }
}
