using NUnit.Framework;
using PaxosShard.ChatClient.App.Cli;
using PaxosShard.ChatClient.App.Targets;

namespace PaxosShard.Tests.Unit.ChatApp.Targets;

[TestFixture]
internal sealed class ConnectionContextTests
{
    [TestCase(null, "/home/ann", "/home/ann/.config/paxosshard/context")]
    [TestCase("/etc/ann", "/home/ann", "/etc/ann/paxosshard/context")]
    [TestCase("relative", "/home/ann", "/home/ann/.config/paxosshard/context")]
    public void It_is_kept_where_the_user_keeps_such_things(string? configuration, string home, string expected) =>
        Assert.That(ConnectionContext.PathOf(ShellWith(configuration, home)), Is.EqualTo(expected));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("/")]
    [TestCase("//")]
    [TestCase("relative")]
    public void Without_a_home_it_is_kept_nowhere(string? home)
    {
        List<string> notes = [];
        Shell shell = ShellWith(null, home, notes);

        Assert.That(ConnectionContext.PathOf(shell), Is.Null);
        new ConnectionContext("/tmp/group", Guid.Empty, ["127.0.0.1:1"]).Write(shell);
        ConnectionContext.Forget(shell, "/tmp/group");

        Assert.That(ConnectionContext.Read(shell), Is.Null);
        Assert.That(notes, Has.Count.EqualTo(1).And.All.Contain("--dir /tmp/group"));
    }

    private static Shell ShellWith(string? configuration, string? home, List<string>? notes = null) => new(
        _ => { },
        note => notes?.Add(note),
        name => name switch
        {
            "XDG_CONFIG_HOME" => configuration,
            "HOME" => home,
            _ => null,
        });
}
