using NUnit.Framework;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Demo;
using PaxosShard.Client;

namespace PaxosShard.Tests.Unit.ChatApp;

/// <summary>The commands of a demo: whatever becomes of one, the chat goes on and its user is told.</summary>
[TestFixture]
internal sealed class DemoCommandsTests
{
    [Test]
    public async Task A_command_that_fails_is_told_as_any_error_is_and_ends_nothing()
    {
        IReadOnlyList<string> told = await new Commands().RunAsync("\\fail", room: null, static _ => { }, CancellationToken.None);

        Assert.That(told[0], Does.StartWith("\\fail: PX1203: ").And.EndWith("nobody serves it"));
        Assert.That(told[1], Does.EndWith("; next: px status").And.Not.Match("[A-Z]{3,}"), "what is to be run next runs as it stands");
    }

    [Test]
    public async Task What_is_no_command_is_answered_with_the_nearest_one_and_help_lists_all()
    {
        Assert.That(await new Commands().RunAsync("\\fall now", room: null, static _ => { }, CancellationToken.None), Is.EqualTo(new[] { "there is no command \\fall; did you mean \\fail?" }));
        Assert.That(await new Commands().RunAsync("\\help", room: null, static _ => { }, CancellationToken.None), Is.EqualTo(new[] { "\\fail NOW  fails" }));
    }

    private sealed class Commands() : DemoCommands([new Entry("\\fail NOW", "fails")], new Shell(static _ => { }, static _ => { }, static _ => null))
    {
        protected override Task<IReadOnlyList<string>?> FindAsync(string[] words, DemoCall call, CancellationToken cancellation) =>
            words is ["\\fail"] ? throw new NotAppliedException("nobody serves it") : Task.FromResult<IReadOnlyList<string>?>(null);
    }
}
