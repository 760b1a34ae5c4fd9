using System.Text;
using NUnit.Framework;
using PaxosShard.Programs;

namespace PaxosShard.Tests.Unit.Programs;

[TestFixture]
internal sealed class RawWordsTests
{
    [TestCase(new byte[] { (byte)'c', (byte)'a', (byte)'f', 0xe9 }, false)]
    [TestCase(new byte[] { 0xc3 }, false)]
    [TestCase(new byte[] { 0xc0, 0x80 }, false)]
    [TestCase(new byte[] { 0xed, 0xa0, 0x80 }, false)]
    [TestCase(new byte[] { 0xc3, 0xa9 }, true)]
    [TestCase(new byte[] { 0xef, 0xbf, 0xbd }, true)]
    [TestCase(new byte[] { }, true)]
    public void Only_what_is_UTF_8_passes_and_a_replacement_character_that_was_meant_is(byte[] word, bool isUtf8) =>
        Assert.That(RawWords.IsUtf8(word), Is.EqualTo(isUtf8));

    [Test]
    public void Words_end_at_their_zero_bytes_and_empty_ones_count() =>
        Assert.That(RawWords.Split("px\0\0send\0"u8), Is.EqualTo(new[] { "px"u8.ToArray(), [], "send"u8.ToArray() }));

    [Test]
    public void The_words_of_this_process_are_read_as_the_bytes_they_are()
    {
        // The runtime leaves out how it was started itself, so what it has is the end of what was read.
        string[] arguments = Environment.GetCommandLineArgs()[1..];

        IReadOnlyList<byte[]> words = RawWords.Read("cmdline")!;

        Assert.That(words, Has.Count.GreaterThan(arguments.Length));
        Assert.That(words.TakeLast(arguments.Length).Select(word => Encoding.UTF8.GetString(word)), Is.EqualTo(arguments));
        Assert.That(RawWords.FindBadWord(Environment.GetCommandLineArgs()), Is.Null);
    }

    [TestCase(new byte[] { (byte)'c', (byte)'a', (byte)'f', 0xe9 }, @"'caf\xe9' is not UTF-8")]
    [TestCase(new byte[] { (byte)'c', (byte)'a', (byte)'f', 0xef, 0xbf, 0xbd }, null, Description = "a replacement character that was meant")]
    public void A_word_is_judged_by_its_bytes(byte[] word, string? bad) =>
        Assert.That(RawWords.FindBadWord([[.. "px"u8], word], ["px", "caf\ufffd"]), Is.EqualTo(bad));

    [TestCase("caf\ufffd", "'caf\ufffd' is not UTF-8")]
    [TestCase("caf\u00e9", null)]
    public void Without_the_bytes_a_replacement_character_is_a_bad_word(string word, string? bad) =>
        Assert.That(RawWords.FindBadWord(null, ["px", word]), Is.EqualTo(bad));
}
