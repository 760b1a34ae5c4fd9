using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary><c>px rooms</c>: all rooms, or a part that says what it leaves out.</summary>
[TestFixture]
public sealed class RoomsTests() : SharedGroup(replicas: 1)
{
    protected override async Task PrepareAsync(CancellationToken cancellation)
    {
        foreach (string room in new[] { "c", "a b", "\u001b[2J", "c" })
            (await Group.SendAsync(room, "hello\n", cancellation)).Succeeded();
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Each_room_is_a_line_with_the_number_of_its_last_message(CancellationToken cancellation)
    {
        CommandResult result = await RoomsAsync(cancellation);

        Assert.That(result.Succeeded().OutputLines, Has.Length.EqualTo(3));
        Assert.That(result.OutputLines[1..], Is.EqualTo(new[] { "a b\t1", "c\t2" }));
        Assert.That(result.Output, Does.Not.Contain("\u001b"), "a name moves no cursor");
        Assert.That(result.Error, Is.Empty);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_part_says_how_many_are_left_and_how_to_go_on(CancellationToken cancellation)
    {
        CommandResult first = await RoomsAsync(cancellation, "--count", "2", "--json");
        CommandResult rest = await RoomsAsync(cancellation, "--after", "a b");

        Assert.That(first.JsonLines().Select(room => room.Text("room")), Is.EqualTo(new[] { "\u001b[2J", "a b" }));
        Assert.That(first.Error, Is.EqualTo("1 more of 3 rooms; px rooms --after 'a b' goes on\n"));
        Assert.That(rest.Succeeded().Output, Is.EqualTo("c\t2\n"));
        Assert.That(rest.Error, Is.Empty);
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_count_below_one_is_a_usage_error(CancellationToken cancellation) =>
        ErrorAssert.Failed(await RoomsAsync(cancellation, "--count", "0"), ExitCodes.Usage, "PX1200", "--count");

    private Task<CommandResult> RoomsAsync(CancellationToken cancellation, params string[] options) =>
        Group.PxAsync("", cancellation, ["rooms", "--dir", Group.Directory, .. options]);
}
