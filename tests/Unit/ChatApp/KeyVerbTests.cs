using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;
using PaxosShard.Tests.Unit.Client;
using PaxosShard.Wire;

namespace PaxosShard.Tests.Unit.ChatApp;

/// <summary><c>px kv</c> from its words to its exit code, against a group that does what the test says.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class KeyVerbTests
{
    private readonly StringBuilder _data = new();
    private readonly StringBuilder _notes = new();

    [TestCase("the key is empty", "get", "")]
    [TestCase("the key is empty", "put", "", "green")]
    [TestCase("the key is not hexadecimal", "get", "abc", "--hex")]
    [TestCase("the value is not hexadecimal", "put", "6b", "green", "--hex")]
    [TestCase("--expect is not hexadecimal", "cas", "6b", "00", "--expect", "0", "--hex")]
    [TestCase("--prefix is not hexadecimal", "list", "--prefix", "0", "--hex")]
    [TestCase("the value is given as a word and by --file", "append", "k", "green", "--file", "/dev/null")]
    [TestCase("one of --expect and --absent has to be given", "cas", "k", "green")]
    [TestCase("one of --expect and --absent has to be given", "cas", "k", "green", "--expect", "red", "--absent")]
    [TestCase("--retry: 'r1abc' is no whole retry token: one has 50 characters, and this has 5", "put", "k", "green", "--retry", "r1abc")]
    [TestCase("there is no option '--retry'", "get", "k", "--retry", "r1abc")]
    [TestCase("--count is 1 or more", "list", "--count", "0")]
    [TestCase("did you mean '--hex'", "get", "k", "--hxe")]
    [TestCase("did you mean 'get'", "gte", "k")]
    [TestCase("next: px kv get --help", "get")]
    [TestCase("next: px kv --help")]
    public async Task A_command_line_that_makes_no_sense_ends_with_2_and_nothing_is_sent(string told, params string[] words)
    {
        await using FakeGroup group = new(replicas: 1);

        Assert.That(await RunAsync(group, words), Is.EqualTo(ExitCode.Usage));

        Assert.That(_notes.ToString(), Does.StartWith("PX1200").And.Contain(told));
        Assert.That(_data.ToString(), Is.Empty);
        Assert.That(group.Sends, Is.Empty);
    }

    [TestCase("put", "KEY", "green")]
    [TestCase("list", "--after", "KEY")]
    public async Task So_does_a_key_that_is_too_long(params string[] words)
    {
        await using FakeGroup group = new(replicas: 1);

        Assert.That(await RunAsync(group, [.. words.Select(word => word is "KEY" ? new string('k', Limits.KeyName + 1) : word)]), Is.EqualTo(ExitCode.Usage));

        Assert.That(_notes.ToString(), Does.Contain("the key is longer than 1024 bytes"));
    }

    [Test]
    public async Task A_word_behind_an_option_that_has_no_value_is_a_word_also_when_it_is_true()
    {
        await using FakeGroup group = new(replicas: 1);

        Assert.That(await RunAsync(group, "cas", "true", "--absent", "true"), Is.EqualTo(ExitCode.Ok), _notes.ToString());
        Assert.That(await RunAsync(group, "get", "--json", "true"), Is.EqualTo(ExitCode.Ok), _notes.ToString());

        Assert.That(_data.ToString(), Is.EqualTo("""{"key":"true","value":"true"}""" + "\n"));
    }

    [Test]
    public async Task What_a_comparison_found_is_told_and_with_json_it_is_printed_whole()
    {
        await using FakeGroup group = new(replicas: 1);
        string longest = new('x', 300);
        Assert.That(await RunAsync(group, "put", "colour", longest), Is.EqualTo(ExitCode.Ok), _notes.ToString());

        Assert.That(await RunAsync(group, "cas", "colour", "green", "--absent", "--json"), Is.EqualTo(ExitCode.Rejected));

        Assert.That(_notes.ToString(), Does.StartWith($"PX1222: the key is not as expected: 'colour' has the value '{longest[..200]}' and 100 bytes more\n"));
        Assert.That(_data.ToString(), Is.EqualTo($$"""{"key":"colour","value":"{{longest}}"}""" + "\n"));
    }

    [Test]
    public async Task An_append_without_an_answer_is_of_unknown_outcome_and_is_sent_again_without_harm()
    {
        await using FakeGroup group = new(replicas: 1);
        group.Script = static (_, arrival) => arrival > 0 ? Fate.LoseTheAnswer : Fate.Answer;

        Assert.That(await RunAsync(group, "append", "k", "once", "--timeout", "300ms"), Is.EqualTo(ExitCode.OutcomeUnknown));

        group.Script = static (_, _) => Fate.Answer;
        string[] retry = RetryIn(_notes.ToString());
        Assert.That(await RunAsync(group, ["append", "k", "once", .. retry]), Is.EqualTo(ExitCode.Ok), _notes.ToString());
        Assert.That(await RunAsync(group, ["append", "k", "once", .. retry]), Is.EqualTo(ExitCode.Ok), _notes.ToString());
        Assert.That(await RunAsync(group, ["append", "k", "something else", .. retry]), Is.EqualTo(ExitCode.OutcomeUnknown));
        Assert.That(_notes.ToString(), Does.Contain("PX1223").And.Contain("was another request"));
        Assert.That(await RunAsync(group, "get", "k", "--json"), Is.EqualTo(ExitCode.Ok), _notes.ToString());
        Assert.That(_data.ToString(), Is.EqualTo("""{"key":"k","value":"once"}""" + "\n"));
    }

    [Test]
    public async Task A_retry_that_comes_too_late_changes_nothing_and_says_where_to_look()
    {
        await using FakeGroup group = new(replicas: 1);
        group.Script = static (_, arrival) => arrival > 0 ? Fate.LoseTheAnswer : Fate.Answer;
        Assert.That(await RunAsync(group, "append", "k", "once", "--timeout", "300ms"), Is.EqualTo(ExitCode.OutcomeUnknown));
        string[] retry = RetryIn(_notes.ToString());
        group.Script = static (_, _) => Fate.Answer;
        group.LogTime += 180_000;
        Assert.That(await RunAsync(group, "put", "other", "green"), Is.EqualTo(ExitCode.Ok), _notes.ToString());

        Assert.That(await RunAsync(group, ["append", "k", "once", .. retry]), Is.EqualTo(ExitCode.OutcomeUnknown));

        Assert.That(_notes.ToString(), Does.Contain("PX1223: the retry did not tell: ").And.Contain("the request's expiry is over"));
        Assert.That(_notes.ToString(), Does.Contain("outcome unknown, as before").And.Contain("too late to find out that way").And.Contain("next: px kv get k --endpoints "));
        Assert.That(await RunAsync(group, "get", "k", "--json"), Is.EqualTo(ExitCode.Ok), _notes.ToString());
        Assert.That(_data.ToString(), Is.EqualTo("""{"key":"k","value":"once"}""" + "\n"));
    }

    [Test]
    public async Task A_retry_that_reaches_nobody_leaves_the_outcome_unknown_and_names_its_token_once_more()
    {
        await using FakeGroup group = new(replicas: 1);
        group.Script = static (_, arrival) => arrival > 0 ? Fate.LoseTheAnswer : Fate.Answer;
        Assert.That(await RunAsync(group, "append", "k", "once", "--timeout", "300ms"), Is.EqualTo(ExitCode.OutcomeUnknown));
        string[] retry = RetryIn(_notes.ToString());
        group.Primary.HearsQuorum = false;
        _notes.Clear();

        Assert.That(await RunAsync(group, ["append", "k", "once", "--timeout", "300ms", .. retry]), Is.EqualTo(ExitCode.OutcomeUnknown));

        Assert.That(_notes.ToString(), Does.StartWith("PX1223"));
        Assert.That(RetryIn(_notes.ToString()), Is.EqualTo(retry));
    }

    [Test]
    public async Task A_put_of_which_every_copy_was_refused_was_not_applied()
    {
        await using FakeGroup group = new(replicas: 1);
        group.Script = static (_, arrival) => arrival > 0 ? Fate.Busy : Fate.Answer;

        Assert.That(await RunAsync(group, "put", "k", "green", "--timeout", "300ms"), Is.EqualTo(ExitCode.NotApplied));

        Assert.That(_notes.ToString(), Does.StartWith("PX1203").And.Contain("not applied"));
    }

    private static string[] RetryIn(string notes)
    {
        Match next = Regex.Match(
            notes,
            "within two minutes of the first attempt the same px kv append with (?<option>--retry r1[A-Za-z0-9_-]{48}) takes effect once in all",
            RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1));
        Assert.That(next.Success, Is.True, notes);
        return next.Groups["option"].Value.Split(' ');
    }

    private Task<int> RunAsync(FakeGroup group, params string[] words)
    {
        Shell shell = new(bytes => _data.Append(Encoding.UTF8.GetString(bytes.Span)), note => _notes.Append(note), static _ => null);
        string[] target = words.Length > 1 ? ["--endpoints", string.Join(',', group.Endpoints)] : [];
        return new Application(shell).RunAsync(["kv", .. words, .. target]);
    }
}
