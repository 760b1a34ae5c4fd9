using System.CommandLine;
using System.Text;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.Programs.Errors;

namespace PaxosShard.Tests.Unit.ChatApp;

/// <summary>A word that is no number where one is wanted, at every option of every verb: what is told is about the option, and nothing of the runtime.</summary>
[TestFixture]
internal sealed class NonsenseTests
{
    private const string Nonsense = "nonsense";
    private static readonly Type[] _words = [typeof(string), typeof(bool), typeof(string[])];

    public static IEnumerable<TestCaseData> Options()
    {
        foreach (VerbTable.Verb verb in VerbTable.All)
        {
            foreach ((string[] path, Command command) in Walk([], verb.Create(Silent())))
            {
                foreach (Option option in command.Options.Where(static option => !_words.Contains(option.ValueType)))
                    yield return new TestCaseData(path, command.Arguments.Count(static argument => argument.Arity.MinimumNumberOfValues > 0), option.Name).SetArgDisplayNames(string.Join(' ', path), option.Name);
            }
        }
    }

    [TestCaseSource(nameof(Options))]
    public async Task It_is_told_with_the_option_the_word_what_is_allowed_and_the_help(string[] path, int arguments, string option)
    {
        StringBuilder notes = new();
        Shell shell = new(static _ => { }, note => notes.Append(note), static _ => null);

        int code = await new Application(shell).RunAsync([.. path, .. Enumerable.Repeat("1", arguments), option, Nonsense]);

        string told = notes.ToString();
        Assert.That(code, Is.EqualTo(ExitCode.Usage), told);
        Assert.That(told, Does.Contain($"{option}: '{Nonsense}' is no ").And.Contain("; it is for: ").And.Contain($"next: px {string.Join(' ', path)} --help\n"));
        Assert.That(told, Does.Not.Contain("System.").And.Not.Contain("Nullable").And.Not.Contain("Int32").And.Not.Contain("   at "));
    }

    // Many take no number below 0, for whatever reason: what refuses it says so, and quotes it.
    [TestCaseSource(nameof(Options))]
    public async Task A_number_that_is_refused_is_quoted(string[] path, int arguments, string option)
    {
        StringBuilder notes = new();
        Shell shell = new(static _ => { }, note => notes.Append(note), static name => name is "PX_REPLICA" or "PX_MASTER" ? "/nowhere/to/be/found" : null);

        int code = await new Application(shell).RunAsync([.. path, .. Enumerable.Repeat("1", arguments), $"{option}=-1"]);

        string told = notes.ToString();
        Assert.That(code, Is.Not.EqualTo(ExitCode.Ok), told);
        if (told.Contains($": {option} is ", StringComparison.Ordinal))
            Assert.That(told, Does.Contain("-1"));
    }

    public static IEnumerable<TestCaseData> TextOptions()
    {
        foreach (VerbTable.Verb verb in VerbTable.All)
        {
            foreach ((string[] path, Command command) in Walk([], verb.Create(Silent())))
            {
                foreach (Option option in command.Options.Where(static option => option.ValueType == typeof(string) || option.ValueType == typeof(string[])))
                    yield return new TestCaseData(path, command.Arguments.Count(static argument => argument.Arity.MinimumNumberOfValues > 0), option.Name).SetArgDisplayNames(string.Join(' ', path), option.Name);
            }
        }
    }

    // Here are neither a group nor the programs of one: whatever is not refused for its own sake fails for want of these, and never by what the runtime says.
    [TestCaseSource(nameof(TextOptions))]
    [CancelAfter(60_000)]
    public async Task A_text_that_makes_no_sense_is_told_without_a_word_of_the_runtime(string[] path, int arguments, string option, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("paxosshard-").FullName;
        try
        {
            foreach (string text in (string[])[Path.Combine(folder, "nonsense"), "", "\n", new string('9', 70_000), "-1"])
            {
                StringBuilder notes = new();
                Shell shell = new(static _ => { }, note => notes.Append(note), static name => name is "PX_REPLICA" or "PX_MASTER" ? "/nowhere/to/be/found" : null);

                int code = await new Application(shell).RunAsync([.. path, .. Enumerable.Repeat("1", arguments), $"{option}={text}"]).WaitAsync(cancellation);

                string told = notes.ToString();
                Assert.That(code, Is.Not.EqualTo(ExitCode.Ok), told);
                Assert.That(told, Does.Contain("PX12").And.Not.Contain("PX1299"));
                Assert.That(told, Does.Not.Contain("System.").And.Not.Contain("Nullable").And.Not.Contain("Parameter '").And.Not.Contain("   at "));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestCase("send lobby hello --blank foo", "--blank is skip, keep or fail, not 'foo'")]
    [TestCase("send lobby --blank foo --endpoints 127.0.0.1:1", "--blank is skip, keep or fail, not 'foo'")]
    [TestCase("chat --blank foo --endpoints 127.0.0.1:1", "--blank is skip, keep or fail, not 'foo'")]
    [TestCase("drill foo", "there is no drill 'foo'; there are kill-primary, ")]
    [TestCase("kv", "a word is missing: get, put, ")]
    [TestCase("shard", "a word is missing: ")]
    [TestCase("tail lobby --from foo", "--from: 'foo' is neither start, last, a number nor -20")]
    [TestCase("tail lobby --timeout foo", "--timeout: 'foo' is no time; write 5s or 500ms")]
    [TestCase("tail lobby -n 5 --from 3", "--from and --last both say where to begin")]
    [TestCase("tail lobby -n 0", "--last is 1 or more, not 0")]
    [TestCase("send lobby hello world --nick ann", "needs quotes around it\n", "next: px send lobby 'hello world' --nick ann\n")]
    public async Task So_is_a_word_that_is_none_of_those_that_are_allowed(string command, params string[] told)
    {
        StringBuilder notes = new();
        Shell shell = new(static _ => { }, note => notes.Append(note), static _ => null);

        Assert.That(await new Application(shell).RunAsync(command.Split(' ')), Is.EqualTo(ExitCode.Usage), notes.ToString());

        foreach (string words in told)
            Assert.That(notes.ToString(), Does.Contain(words));
    }

    [TestCase("help", "tail")]
    [TestCase("help", "kv", "get")]
    public async Task The_word_help_before_a_verb_is_its_help(params string[] words)
    {
        StringBuilder data = new();
        Shell shell = new(bytes => data.Append(Encoding.UTF8.GetString(bytes.Span)), static _ => { }, static _ => null);

        Assert.That(await new Application(shell).RunAsync(words), Is.EqualTo(ExitCode.Ok));

        Assert.That(data.ToString(), Does.Contain($"Example: px {string.Join(' ', words[1..])} "));
    }

    private static Shell Silent() => new(static _ => { }, static _ => { }, static _ => null);

    private static IEnumerable<(string[] Path, Command Command)> Walk(string[] above, Command command)
    {
        string[] path = [.. above, command.Name];
        return command.Subcommands.Count == 0 ? [(path, command)] : command.Subcommands.SelectMany(child => Walk(path, child));
    }
}
