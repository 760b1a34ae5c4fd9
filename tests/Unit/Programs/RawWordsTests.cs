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
    public void The_command_line_of_this_process_has_no_bad_word() =>
        Assert.That(RawWords.FindBadWord(Environment.GetCommandLineArgs()), Is.Null);
}
