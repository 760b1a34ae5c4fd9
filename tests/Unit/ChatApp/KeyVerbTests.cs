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
    [TestCase("--session and --seq belong together", "put", "k", "green", "--session", "1")]
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

        Match next = Regex.Match(
            _notes.ToString(), "the same px kv append with (?<options>--session [0-9]+ --seq [0-9]+), which is safe", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        Assert.That(next.Success, Is.True, _notes.ToString());
        group.Script = static (_, _) => Fate.Answer;
        Assert.That(await RunAsync(group, ["append", "k", "once", .. next.Groups["options"].Value.Split(' ')]), Is.EqualTo(ExitCode.Ok), _notes.ToString());
        Assert.That(await RunAsync(group, "get", "k", "--json"), Is.EqualTo(ExitCode.Ok), _notes.ToString());
        Assert.That(_data.ToString(), Is.EqualTo("""{"key":"k","value":"once"}""" + "\n"));
    }

    [Test]
    public async Task A_put_of_which_every_copy_was_refused_was_not_applied()
    {
        await using FakeGroup group = new(replicas: 1);
        group.Script = static (_, arrival) => arrival > 0 ? Fate.Busy : Fate.Answer;

        Assert.That(await RunAsync(group, "put", "k", "green", "--timeout", "300ms"), Is.EqualTo(ExitCode.NotApplied));

        Assert.That(_notes.ToString(), Does.StartWith("PX1203").And.Contain("not applied"));
    }

    private Task<int> RunAsync(FakeGroup group, params string[] words)
    {
        Shell shell = new(bytes => _data.Append(Encoding.UTF8.GetString(bytes.Span)), note => _notes.Append(note), static _ => null);
        string[] target = words.Length > 1 ? ["--endpoints", string.Join(',', group.Endpoints)] : [];
        return new Application(shell).RunAsync(["kv", .. words, .. target]);
    }
}
