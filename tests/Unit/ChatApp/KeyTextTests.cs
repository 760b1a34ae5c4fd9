using System.Text;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Verbs.Keys;
using PaxosShard.Programs;
using PaxosShard.Programs.Errors;

namespace PaxosShard.Tests.Unit.ChatApp;

/// <summary>Keys and values as words of the command line and as output.</summary>
[TestFixture]
public sealed class KeyTextTests
{
    [TestCase("", false, "")]
    [TestCase("a\u00fc", false, "61C3BC")]
    [TestCase("00ff", false, "30306666")]
    [TestCase("", true, "")]
    [TestCase("00fF0a", true, "00FF0A")]
    public void A_word_is_text_or_two_digits_for_each_byte(string word, bool isHex, string bytes) =>
        Assert.That(Convert.ToHexString(KeyText.Parse(word, isHex, "the key").Span), Is.EqualTo(bytes));

    [TestCase("0")]
    [TestCase("0g")]
    [TestCase("00 ff")]
    [TestCase("0x00")]
    public void What_is_not_hexadecimal_is_a_usage_error(string word)
    {
        ReportedException error = Assert.Throws<ReportedException>(() => KeyText.Parse(word, isHex: true, "the key"))!;

        Assert.That(error.Kind, Is.EqualTo(ErrorKinds.Usage));
        Assert.That(error.Message, Does.StartWith("the key is not hexadecimal"));
    }

    [Test]
    public void An_excerpt_is_harmless_and_says_what_it_leaves_out()
    {
        Assert.That(KeyText.Excerpt("a\u001b\\"u8, isHex: false), Is.EqualTo(@"'a\u001b\\'"));
        Assert.That(KeyText.Excerpt(new byte[201], isHex: true), Is.EqualTo($"'{new string('0', 400)}' and 1 bytes more"));
    }

    [Test]
    public void Json_has_text_where_it_is_utf_8_and_else_hexadecimal_under_another_name()
    {
        Assert.That(JsonOf([0x00, (byte)'"'], isHex: false), Is.EqualTo("""{"key":"\u0000\""}"""));
        Assert.That(JsonOf([0xFF, 0x00], isHex: false), Is.EqualTo("""{"keyHex":"ff00"}"""));
        Assert.That(JsonOf("a"u8.ToArray(), isHex: true), Is.EqualTo("""{"keyHex":"61"}"""));
    }

    [TestCase("", "\n")]
    [TestCase("green", "green\n")]
    [TestCase("green\n", "green\n")]
    public void A_terminal_gets_a_line_feed_at_the_end_of_a_value(string value, string shown) =>
        Assert.That(Encoding.UTF8.GetString(GetCommand.ForTerminal(Encoding.UTF8.GetBytes(value)).Span), Is.EqualTo(shown));

    [Test]
    public void What_is_expected_may_be_nothing_an_empty_value_or_another_one()
    {
        Assert.That(CompareAndSetCommand.Expected(null, isAbsent: true, isHex: false), Is.Null);
        Assert.That(CompareAndSetCommand.Expected("", isAbsent: false, isHex: false)!.Value.Length, Is.Zero);
        Assert.That(CompareAndSetCommand.Expected("61", isAbsent: false, isHex: true)!.Value.ToArray(), Is.EqualTo("a"u8.ToArray()));
    }

    [TestCase(null, false)]
    [TestCase("green", true)]
    public void One_of_the_two_ways_to_say_what_is_expected_is_given(string? word, bool isAbsent) =>
        Assert.That(() => CompareAndSetCommand.Expected(word, isAbsent, isHex: false), Throws.TypeOf<ReportedException>().With.Message.Contains("not both"));

    [TestCase("", "k", false, "px kv list --after 'k'")]
    [TestCase("user/", "user/1 2", false, "px kv list --prefix 'user/' --after 'user/1 2'")]
    [TestCase("k", "kk", true, "px kv list --hex --prefix 6b --after 6b6b")]
    [TestCase("", "it's", false, "px kv list --hex --after 69742773")]
    [TestCase("k", "k\n", false, "px kv list --hex --prefix 6b --after 6b0a")]
    public void How_a_list_goes_on_is_a_command_that_a_shell_understands(string prefix, string last, bool isHex, string command) =>
        Assert.That(ListCommand.GoOn(Encoding.UTF8.GetBytes(prefix), Encoding.UTF8.GetBytes(last), isHex), Is.EqualTo(command));

    private static string JsonOf(byte[] key, bool isHex) => Json.ObjectLine(writer => KeyText.WriteJson(writer, "key", key, isHex));
}
