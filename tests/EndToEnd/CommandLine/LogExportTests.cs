using System.Text;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>px log export</c>: the executed log of a stopped replica as text, to be compared.</summary>
[TestFixture]
public sealed class LogExportTests() : SharedGroup(replicas: 3)
{
    private const int LongCount = 3000;

    private IReadOnlyList<PxReplica> _replicas = [];
    private CommandResult _exportedWhileRunning = null!;

    /// <summary>Three replicas whose logs hold what needs care, all of it executed everywhere; then they are stopped.</summary>
    protected override async Task PrepareAsync(CancellationToken cancellation)
    {
        (await Group.SendAsync("lobby", "a\ttab\nback\\slash \\t\nüñí \U0001F600 | $HOME\n", cancellation, "--nick", "ann\tthe first")).Succeeded();
        (await Group.PxAsync("", cancellation, "send", "a\\room", "line\nfeed\r", "--nick", "ben", "--dir", Group.Directory)).Succeeded();
        string padding = new('x', 100);
        string lines = string.Concat(Enumerable.Range(1, LongCount).Select(number => $"{number} {padding}\n"));
        (await Group.SendAsync("long", lines, cancellation)).Succeeded();
        await AllHaveExecutedAsync(cancellation);
        _replicas = await Group.ReplicasAsync(cancellation);
        _exportedWhileRunning = await ExportAsync(_replicas[0].DataDirectory, cancellation);
        (await Group.PxAsync("", cancellation, "down", "--dir", Group.Directory)).Succeeded();
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_line_is_slot_room_number_author_and_text_with_what_is_special_escaped(CancellationToken cancellation)
    {
        CommandResult result = await ExportAsync(_replicas[0].DataDirectory, cancellation);

        string[] lines = result.Succeeded().OutputLines;
        Assert.That(
            lines.Take(4).Select(line => line.Split('\t', 2)[1]),
            Is.EqualTo(new[]
            {
                @"lobby" + "\t1\t" + @"ann\tthe first" + "\t" + @"a\ttab",
                @"lobby" + "\t2\t" + @"ann\tthe first" + "\t" + @"back\\slash \\t",
                @"lobby" + "\t3\t" + @"ann\tthe first" + "\t" + "üñí \U0001F600 | $HOME",
                @"a\\room" + "\t1\tben\t" + @"line\nfeed\r",
            }));
        Assert.That(lines, Has.Length.EqualTo(4 + LongCount));
        Assert.That(lines.Select(line => line.Split('\t').Length), Is.All.EqualTo(5));
        Assert.That(lines.Select(line => long.Parse(line.Split('\t')[0])), Is.Ordered.And.All.Positive);
        Assert.That(result.Error, Is.Empty);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_replica_is_found_by_its_name_in_the_directory_of_its_group(CancellationToken cancellation)
    {
        CommandResult byName = await Group.PxAsync("", cancellation, "log", "export", "r1", "--dir", Group.Directory);
        CommandResult first = await Group.PxAsync("", cancellation, "log", "export", "--dir", Group.Directory);

        string expected = (await ExportAsync(_replicas[1].DataDirectory, cancellation)).Succeeded().Output;
        Assert.That(byName.Succeeded().Output.Equals(expected, StringComparison.Ordinal), Is.True);
        Assert.That(first.Succeeded().Output.Equals(expected, StringComparison.Ordinal), Is.True);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task The_logs_of_all_replicas_are_the_same(CancellationToken cancellation)
    {
        CommandResult[] exports = await Task.WhenAll(_replicas.Select(replica => ExportAsync(replica.DataDirectory, cancellation)));

        Assert.That(exports.Select(export => export.Succeeded().Output.Equals(exports[0].Output, StringComparison.Ordinal)), Is.All.True);
    }

    [Test]
    public void A_running_replica_is_not_exported()
    {
        ErrorAssert.Failed(_exportedWhileRunning, ExitCodes.NotApplied, "PX1102", _replicas[0].DataDirectory);
        Assert.That(_exportedWhileRunning.Output, Is.Empty);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_directory_that_is_none_or_no_replicas_is_not_found(CancellationToken cancellation)
    {
        string missing = Path.Combine(Group.Directory, "r9");

        ErrorAssert.Failed(await ExportAsync(missing, cancellation), ExitCodes.NotFound, "PX1114", missing);
        ErrorAssert.Failed(await ExportAsync(Group.Directory, cancellation), ExitCodes.NotFound, "PX1114", Group.Directory);
        ErrorAssert.Failed(await ExportAsync("", cancellation), ExitCodes.NotFound, "PX1114");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_log_that_is_not_whole_is_not_exported_as_if_it_were(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        foreach (string file in Directory.EnumerateFiles(_replicas[0].DataDirectory))
            File.Copy(file, folder.File(Path.GetFileName(file)));
        await RotAsync(folder.FullPath, "üñí", cancellation);

        CommandResult result = await ExportAsync(folder.FullPath, cancellation);

        ErrorAssert.Failed(result, ExitCodes.Rejected, "PX1113", folder.FullPath);
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_full_disk_behind_the_output_is_an_error(CancellationToken cancellation)
    {
        CommandResult result = await ShellAsync("\"$1\" log export --data \"$2\" >/dev/full", cancellation);

        ErrorAssert.Failed(result, ExitCodes.Internal, "PX1115", "space");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task It_ends_quietly_when_nobody_reads_any_more(CancellationToken cancellation)
    {
        CommandResult result = await ShellAsync("{ \"$1\" log export --data \"$2\"; echo \"ended with $?\" >&2; } | head -n 1", cancellation);

        Assert.That(result.Succeeded().OutputLines, Has.Length.EqualTo(1));
        Assert.That(result.Error, Is.EqualTo("ended with 0\n"));
    }

    private Task<CommandResult> ExportAsync(string directory, CancellationToken cancellation) =>
        Group.PxAsync("", cancellation, "log", "export", "--data", directory);

    private Task<CommandResult> ShellAsync(string script, CancellationToken cancellation) => Command.RunAsync(
        "/bin/sh", ["-c", script, "sh", Programs.Px, _replicas[0].DataDirectory], input: null, Group.Environment, cancellation);

    private Task AllHaveExecutedAsync(CancellationToken cancellation) => Eventually.HoldsAsync(
        "all replicas have executed the same",
        async () =>
        {
            CommandResult status = await Group.PxAsync("", cancellation, "status", "--dir", Group.Directory, "--json");
            long[] executed = [.. status.Json().GetProperty("groups")[0].GetProperty("replicas").EnumerateArray()
                .Select(replica => replica.TryGetProperty("executed", out _) ? replica.Number("executed") : 0)];
            return executed.Distinct().Count() == 1 && executed[0] > 0 ? null : status.Output;
        },
        cancellation);

    /// <summary>Changes one bit in the place where a text lies.</summary>
    private static async Task RotAsync(string directory, string text, CancellationToken cancellation)
    {
        foreach (string file in Directory.EnumerateFiles(directory))
        {
            byte[] bytes = await File.ReadAllBytesAsync(file, cancellation);
            int place = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
            if (place < 0)
                continue;
            bytes[place] ^= 1;
            await File.WriteAllBytesAsync(file, bytes, cancellation);
            return;
        }

        Assert.Fail($"'{text}' lies in no file of {directory}");
    }
}
