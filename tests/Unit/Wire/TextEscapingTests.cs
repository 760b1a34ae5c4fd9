using System.Buffers;
using System.Text;
using NUnit.Framework;
using PaxosShard.Wire.Text;

namespace PaxosShard.Tests.Unit.Wire;

[TestFixture]
public sealed class TextEscapingTests
{
    [TestCase("plain text", "plain text")]
    [TestCase("", "")]
    [TestCase("a\tb", @"a\tb")]
    [TestCase("two\nlines\r\n", @"two\nlines\r\n")]
    [TestCase(@"C:\temp", @"C:\\temp")]
    [TestCase("\t\t\\n", @"\t\t\\n")]
    [TestCase("żółw 🐢", "żółw 🐢")]
    [TestCase("\u001b[2J\u0007\u007f\u0085", @"\u001b[2J\u0007\u007f\u0085")]
    [TestCase("\u202eabc\u2066\u200f\u061c\ufeff", @"\u202eabc\u2066\u200f\u061c\ufeff")]
    [TestCase("\u2028\u2029", @"\u2028\u2029")]
    [TestCase("👨‍👩‍👧 ❤️ 🇩🇪", "👨‍👩‍👧 ❤️ 🇩🇪")]
    public void Data_is_harmless_and_unambiguous_as_text_and_as_bytes(string text, string expected)
    {
        Assert.That(TextEscaping.Escape(text), Is.EqualTo(expected));
        Assert.That(TextEscaping.Escape(Encoding.UTF8.GetBytes(text)), Is.EqualTo(expected));
    }

    [Test]
    public void What_people_read_keeps_its_backslashes_and_obeys_nothing() =>
        Assert.That(TextEscaping.Show("\\help \u001b[2J\n"), Is.EqualTo(@"\help \u001b[2J\n"));

    [Test]
    public void Half_a_surrogate_pair_is_shown_as_what_it_is() =>
        Assert.That(TextEscaping.Escape("a\ud83db"), Is.EqualTo(@"a\ud83db"));

    [TestCase(new byte[] { (byte)'c', 0xe9 }, @"c\xe9")]
    [TestCase(new byte[] { 0xff, (byte)'a', 0xf0, 0x9f }, @"\xffa\xf0\x9f")]
    [TestCase(new byte[] { 0xc0, 0x80 }, @"\xc0\x80")]
    public void Bytes_that_are_not_UTF_8_are_shown_one_by_one(byte[] bytes, string expected) =>
        Assert.That(TextEscaping.Escape(bytes), Is.EqualTo(expected));

    [Test]
    public void Different_bytes_never_look_the_same()
    {
        Random random = new(7);
        byte[] alphabet = [(byte)'\\', (byte)'n', (byte)'x', (byte)'u', (byte)'0', (byte)'e', (byte)'9', (byte)'\n', 0xe9, 0x1b, 0xc2, 0x85];
        Dictionary<string, byte[]> seen = new(StringComparer.Ordinal);
        for (int count = 0; count < 20_000; count++)
        {
            byte[] bytes = [.. Enumerable.Range(0, random.Next(6)).Select(_ => alphabet[random.Next(alphabet.Length)])];
            string escaped = TextEscaping.Escape(bytes);
            if (!seen.TryAdd(escaped, bytes))
                Assert.That(bytes, Is.EqualTo(seen[escaped]), escaped);
        }
    }

    [Test]
    public void What_is_appended_stands_behind_what_was_there()
    {
        ArrayBufferWriter<byte> line = new();
        line.Write("1\t"u8);

        TextEscaping.Append(line, "a\nb"u8);

        Assert.That(Encoding.UTF8.GetString(line.WrittenSpan), Is.EqualTo("1\ta\\nb"));
    }
}
