using System.Text;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Terminal;

namespace PaxosShard.Tests.Unit.ChatApp;

[TestFixture]
internal sealed class ChatKeyDecoderTests
{
    private const string Everything = "aé漢😀\u001b[A\u001b[3~\u001bOH\u001b[1;5D\u001bb\r\u007f\u001b[200~one\rtwo\u001b[20x\u001b[201~z";

    [Test]
    public void Every_way_to_cut_the_bytes_gives_the_same_keys()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Everything);
        List<Key> whole = Decode(bytes);

        Assert.That(whole.Select(key => key.Kind), Is.EqualTo(new[]
        {
            KeyKind.Text, KeyKind.Text, KeyKind.Text, KeyKind.Text, KeyKind.Up, KeyKind.Delete, KeyKind.Home, KeyKind.WordLeft,
            KeyKind.WordLeft, KeyKind.Enter, KeyKind.Backspace, KeyKind.Paste, KeyKind.Text,
        }));
        Assert.That(string.Concat(whole.Take(4).Select(key => key.Text)), Is.EqualTo("aé漢😀"));
        for (int cut = 0; cut <= bytes.Length; cut++)
            Assert.That(Decode(bytes[..cut], bytes[cut..]), Is.EqualTo(whole), $"cut at {cut}");
    }

    [Test]
    public void A_paste_is_one_key_with_its_line_feeds()
    {
        Assert.That(Decode("\u001b[200~one\r\ntwo\rthree\u001b[201~"u8.ToArray()), Is.EqualTo(new[] { new Key(KeyKind.Paste, "one\ntwo\nthree") }));
    }

    [Test]
    public void An_escape_alone_is_dropped_when_nothing_follows()
    {
        KeyDecoder decoder = new();
        List<Key> keys = [];

        decoder.Decode([0x1b], keys);
        Assert.That(decoder.IsInEscape, Is.True);
        decoder.EndEscape();
        decoder.Decode("b"u8, keys);

        Assert.That(keys, Is.EqualTo(new[] { new Key(KeyKind.Text, "b") }));
    }

    [Test]
    public void Broken_UTF8_is_shown_and_swallows_nothing_behind_it()
    {
        Assert.That(Decode([0xe6, 0xbc, (byte)'x', 0xff, (byte)'y']).Select(key => key.Text), Is.EqualTo(new[] { "\ufffd", "x", "\ufffd", "y" }));
    }

    [Test]
    public void An_endless_sequence_and_an_unknown_one_are_dropped_whole()
    {
        Assert.That(
            Decode(Encoding.ASCII.GetBytes("\u001b[" + new string('1', 1000) + "x\u001b[?25hq")),
            Is.EqualTo(new[] { new Key(KeyKind.Text, "q") }));
    }

    private static List<Key> Decode(params byte[][] pieces)
    {
        KeyDecoder decoder = new();
        List<Key> keys = [];
        foreach (byte[] piece in pieces)
            decoder.Decode(piece, keys);
        return keys;
    }
}
