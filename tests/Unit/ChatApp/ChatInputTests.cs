using NUnit.Framework;
using PaxosShard.ChatClient.App.Chat;

namespace PaxosShard.Tests.Unit.ChatApp;

[TestFixture]
internal sealed class ChatInputTests
{
    [TestCase("hello /join x", ChatInputKind.Text, "", "hello /join x")]
    [TestCase("  /quit", ChatInputKind.Text, "", "  /quit")]
    [TestCase("   ", ChatInputKind.Nothing, "", "")]
    [TestCase("/join  lobby ", ChatInputKind.Command, "/join", "lobby")]
    [TestCase("/me\twaves twice", ChatInputKind.Command, "/me", "waves twice")]
    [TestCase("/quti", ChatInputKind.Unknown, "/quti", "/quit")]
    [TestCase("/msg bob my password", ChatInputKind.Unknown, "/msg", "/me")]
    [TestCase("/JOIN x", ChatInputKind.Unknown, "/JOIN", "")]
    [TestCase("//usr/bin", ChatInputKind.Text, "", "/usr/bin")]
    [TestCase("\\kill primary", ChatInputKind.Group, "\\kill", "\\kill primary")]
    [TestCase("\\o/", ChatInputKind.Text, "", "\\o/")]
    [TestCase("\\\\kill", ChatInputKind.Text, "", "\\kill")]
    public void A_line_is_a_text_or_a_command_and_never_a_command_taken_for_a_text(string line, ChatInputKind kind, string name, string argument)
    {
        Assert.That(ChatInput.Parse(line, hasGroup: false), Is.EqualTo(new ChatInput(kind, name, argument)));
    }

    [Test]
    public void With_a_group_every_backslash_begins_a_command()
    {
        Assert.That(ChatInput.Parse("\\o/", hasGroup: true).Kind, Is.EqualTo(ChatInputKind.Group));
    }

    [TestCase("/jo", "/join ")]
    [TestCase("/wh", null)]
    [TestCase("/w", "/wh")]
    [TestCase("/x", null)]
    public void The_start_of_a_command_is_made_longer_as_far_as_it_is_clear(string start, string? longer)
    {
        Assert.That(ChatInput.Complete(start, ["/join", "/who", "/where"]), Is.EqualTo(longer));
    }
}
