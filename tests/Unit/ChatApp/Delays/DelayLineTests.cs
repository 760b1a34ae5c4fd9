using System.Text;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Delays;

namespace PaxosShard.Tests.Unit.ChatApp.Delays;

/// <summary>Bytes on a slow link: late, in order, and no more of them than there is space for.</summary>
[TestFixture]
internal sealed class DelayLineTests
{
    private static readonly TimeSpan _delay = TimeSpan.FromMilliseconds(10);

    [Test]
    public void Each_piece_leaves_so_long_after_it_came_and_not_before()
    {
        DelayLine line = NewLine();

        Assert.That(line.Add("one"u8, At(5)), Is.EqualTo(At(15)));
        Assert.That(line.Add("two"u8, At(9)), Is.EqualTo(At(19)));

        Assert.That(line.TakeDue(At(14)), Is.Null);
        Assert.That(Text(line.TakeDue(At(15))), Is.EqualTo("one"));
        Assert.That((line.TakeDue(At(18)), line.Due), Is.EqualTo(((byte[]?)null, (TimeSpan?)At(19))));
        Assert.That(Text(line.TakeDue(At(100))), Is.EqualTo("two"));
        Assert.That((line.TakeDue(At(200)), line.Due), Is.EqualTo(((byte[]?)null, (TimeSpan?)null)));
    }

    [Test]
    public void What_is_late_leaves_in_the_order_in_which_it_came_the_end_behind_everything()
    {
        DelayLine line = NewLine();
        foreach (string word in new[] { "a", "b", "c" })
            line.Add(Encoding.ASCII.GetBytes(word), At(0));
        Assert.That(line.Close(At(3)), Is.EqualTo(At(13)));

        Assert.That(Enumerable.Range(0, 4).Select(_ => Text(line.TakeDue(At(50)))), Is.EqualTo(new[] { "a", "b", "c", "" }));
        Assert.That(line.TakeDue(At(50)), Is.Null);
    }

    [Test]
    public void It_holds_a_bounded_number_of_bytes()
    {
        DelayLine line = NewLine(bytes: 10);
        line.Add("1234567"u8, At(0));

        Assert.That(line.Space, Is.EqualTo(3));
        Assert.That(() => line.Add("1234"u8, At(0)), Throws.InvalidOperationException.With.Message.EqualTo("4 bytes for a space of 3"));
        line.Add("123"u8, At(0));
        Assert.That(line.Space, Is.Zero);

        line.TakeDue(At(10));
        Assert.That(line.Space, Is.EqualTo(7));
    }

    [Test]
    public void It_holds_a_bounded_number_of_pieces_too()
    {
        DelayLine line = NewLine(pieces: 2);
        line.Add("1"u8, At(0));
        line.Add("2"u8, At(0));

        Assert.That(line.Space, Is.Zero);
        line.TakeDue(At(10));
        Assert.That(line.Space, Is.EqualTo(99));
    }

    [Test]
    public void Nothing_comes_behind_the_end()
    {
        DelayLine line = NewLine();
        line.Close(At(0));

        Assert.That(line.Space, Is.Zero);
        Assert.That(() => line.Add("1"u8, At(0)), Throws.InvalidOperationException);
    }

    private static DelayLine NewLine(int bytes = 100, int pieces = 100) => new(_delay, bytes, pieces);

    private static TimeSpan At(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.ASCII.GetString(bytes);
}
