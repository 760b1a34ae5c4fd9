using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>Every exit code that scripts can meet, from a real command, with its error in two lines and the explanation of that.</summary>
[TestFixture]
public sealed class ExitCodeTests() : SharedGroup(replicas: 1)
{
    [TestCase(ExitCodes.Usage, "PX1200", "send lobby hello --dir GROUP --nikc ann")]
    [TestCase(ExitCodes.Usage, "PX1200", "send")]
    [TestCase(ExitCodes.Usage, "PX1100", "replica run")]
    [TestCase(ExitCodes.Usage, "PX1200", "log export --data GROUP/r0 --dir GROUP")]
    [TestCase(ExitCodes.NotFound, "PX1228", "log export r7 --dir GROUP")]
    [TestCase(ExitCodes.NotFound, "PX1206", "tail silence --dir GROUP")]
    [TestCase(ExitCodes.NotFound, "PX1221", "kv get silence --dir GROUP")]
    [TestCase(ExitCodes.NotFound, "PX1209", "status --dir GROUP/r0")]
    [TestCase(ExitCodes.NotFound, "PX1114", "log export --data GROUP")]
    [TestCase(ExitCodes.NotFound, "PX1200", "explain PX9999")]
    [TestCase(ExitCodes.Rejected, "PX1205", "send lobby LONG --dir GROUP")]
    [TestCase(ExitCodes.Rejected, "PX1208", "up --dir GROUP --replicas 3")]
    [TestCase(ExitCodes.NotApplied, "PX1102", "log export --data GROUP/r0")]
    [TestCase(ExitCodes.NotApplied, "PX1202", "send lobby hello --endpoints 127.0.0.1:1 --timeout 300ms")]
    [TestCase(ExitCodes.Partial, "PX1216", "tail silence --dir GROUP --follow --count 1 --timeout 300ms")]
    [TestCase(ExitCodes.Internal, "PX1219", "up --dir GROUP/group.json")]
    [CancelAfter(90_000)]
    public async Task A_failure_has_its_exit_code_and_an_error_that_can_be_explained(int code, string error, string command, CancellationToken cancellation)
    {
        CommandResult result = await Group.PxAsync("", cancellation, Words(command));

        ErrorAssert.Failed(result, code, error);
        Assert.That(result.Output, Is.Empty);
        CommandResult explanation = await Group.PxAsync("", cancellation, "explain", error);
        Assert.That(explanation.Succeeded().Output, Does.StartWith(error));
        Assert.That(explanation.Error, Is.Empty);
    }

    [TestCase("send lobby hello --dir GROUP")]
    [TestCase("kv put colour green --dir GROUP")]
    [TestCase("status --dir GROUP")]
    [TestCase("explain PX1101")]
    [TestCase("--version")]
    [CancelAfter(90_000)]
    public async Task A_success_has_none(string command, CancellationToken cancellation)
    {
        CommandResult result = await Group.PxAsync("", cancellation, Words(command));

        Assert.That(result.Code, Is.EqualTo(ExitCodes.Ok), result.Error);
        Assert.That(result.Error, Is.Empty);
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_message_without_an_answer_is_of_unknown_outcome_and_is_sent_again_without_harm(CancellationToken cancellation)
    {
        using TestFolder folder = new();
        // The second message leaves over a connection that was good, to a replica that does not answer any more; the input stays open.
        const string script = "until_there() { while [ ! -e \"$1\" ]; do sleep 0.05; done; }; "
            + "{ echo first; until_there \"$3/frozen\"; echo second; until_there \"$3/told\"; } | \"$1\" send unknown --dir \"$2\" --timeout 2s";
        await using StartedProcess sender = StartedProcess.Start(
            "/bin/sh", ["-c", script, "sh", Programs.Px, Group.Directory, folder.FullPath], input: null, Group.Environment);
        await Eventually.HoldsAsync(
            "the first message is committed", async () => await TextsAsync(cancellation) is ["first"] ? null : "no message", cancellation);
        PxReplica replica = (await Group.ReplicasAsync(cancellation))[0];
        CommandResult result;

        replica.Pause();
        try
        {
            await File.WriteAllTextAsync(folder.File("frozen"), "", cancellation);
            await Eventually.HoldsAsync(
                "the failure is told", () => sender.Error.Contains("; next: ", StringComparison.Ordinal) && sender.Error.EndsWith('\n') ? null : sender.Error, cancellation);
            await File.WriteAllTextAsync(folder.File("told"), "", cancellation);
            result = new CommandResult(await sender.ExitAsync(cancellation), sender.Output, sender.Error);
        }
        finally
        {
            replica.Continue();
        }

        ErrorAssert.Failed(result, ExitCodes.OutcomeUnknown, "PX1204", "line 2", "1 line committed, 1 unknown");
        Match next = Regex.Match(
            result.Error, "px send with the lines from 2 on again and --retry (?<token>r1[A-Za-z0-9_-]{48}) takes effect once in all", RegexOptions.ExplicitCapture, Eventually.Patience);
        string[] options = ["--retry", next.Groups["token"].Value, "--numbers"];
        for (int attempt = 0; attempt < 2; attempt++)
        {
            CommandResult again = await Group.SendAsync("unknown", "second\n", cancellation, options);
            Assert.That(again.Succeeded().Output, Is.EqualTo("unknown\t2\n"));
        }

        CommandResult other = await Group.SendAsync("unknown", "another text\n", cancellation, options);
        ErrorAssert.Failed(other, ExitCodes.OutcomeUnknown, "PX1223", "was another request", "0 lines committed, 1 unknown", "px tail unknown --from -20 --dir ");
        Assert.That(await TextsAsync(cancellation), Is.EqualTo(new[] { "first", "second" }));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task An_interrupt_ends_a_follow_quietly_with_its_own_code(CancellationToken cancellation)
    {
        (await Group.SendAsync("lobby", "before\n", cancellation)).Succeeded();
        // Whoever runs the tests in the background of a script has interrupts switched off for all of its children.
        await using StartedProcess follower = StartedProcess.Start(
            "env", ["--default-signal=INT", Programs.Px, "tail", "lobby", "--follow", "--dir", Group.Directory], input: null, Group.Environment);
        await Eventually.HoldsAsync("it follows", () => follower.Output.Contains("before", StringComparison.Ordinal) ? null : follower.Error, cancellation);

        follower.Interrupt();

        Assert.That(await follower.ExitAsync(cancellation), Is.EqualTo(ExitCodes.Interrupted));
        Assert.That(follower.Error, Is.Empty);
    }

    private string[] Words(string command) =>
    [
        .. command.Split(' ').Select(word => word is "LONG"
            ? new string('x', (64 * 1024) + 1)
            : word.Replace("GROUP", Group.Directory, StringComparison.Ordinal)),
    ];

    private async Task<string[]> TextsAsync(CancellationToken cancellation)
    {
        CommandResult tail = await Group.PxAsync("", cancellation, "tail", "unknown", "--json", "--dir", Group.Directory);
        return tail.Code == ExitCodes.NotFound ? [] : [.. tail.JsonLines().Select(message => message.Text("text"))];
    }
}
