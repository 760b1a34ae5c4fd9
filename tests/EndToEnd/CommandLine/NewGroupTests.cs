using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>A group that holds nothing yet says so, and whoever is to type its first value is told that too: nobody sits before a silent program.</summary>
[TestFixture]
public sealed class NewGroupTests() : SharedGroup(replicas: 1)
{
    [TestCase("there is no room yet; the first message makes one", "rooms")]
    [TestCase("there is no room yet; the first message makes one", "rooms", "--after", "a", "--json")]
    [TestCase("there is no key yet", "kv", "list")]
    [TestCase("no key begins with this", "kv", "list", "--prefix", "user/", "--json")]
    [CancelAfter(90_000)]
    public async Task An_empty_list_is_a_note_and_no_line(string note, params string[] words)
    {
        CommandResult result = await Group.PxAsync("", TestContext.CurrentContext.CancellationToken, [.. words, "--dir", Group.Directory]);

        Assert.That((result.Succeeded().Output, result.Error), Is.EqualTo(("", note + "\n")));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Who_is_to_type_a_value_is_told_how_it_ends(CancellationToken cancellation)
    {
        await using Tmux terminal = await Tmux.StartAsync(Group.Environment, cancellation, "sh", "-c", $"'{Programs.Px}' kv put typed --dir '{Group.Directory}'; echo ended with $?; exec sleep 600");

        await terminal.LineAsync("a note about the value", static line => line.StartsWith("the value is what you type, its line feeds too, up to Ctrl-D ", StringComparison.Ordinal), cancellation);
        await terminal.TypeAsync("one line", cancellation);
        await terminal.PressAsync("Enter", cancellation);
        await terminal.PressAsync("C-d", cancellation);
        await terminal.LineAsync("its end", static line => line.StartsWith("ended with 0", StringComparison.Ordinal), cancellation);

        // It is deleted again, so that the other tests have a group with nothing in it.
        Assert.That((await KvAsync("get", cancellation)).Succeeded().Output, Is.EqualTo("one line\n"));
        (await KvAsync("delete", cancellation)).Succeeded();
    }

    private Task<CommandResult> KvAsync(string verb, CancellationToken cancellation) => Group.PxAsync("", cancellation, "kv", verb, "typed", "--dir", Group.Directory);
}
