using System.Buffers;
using System.Text;
using NUnit.Framework;
using PaxosShard.Master.Gateway.Lines;

namespace PaxosShard.Tests.Unit.Gateway;

public sealed class FieldTextTests
{
    [Test]
    public void Every_byte_comes_back_alone_and_between_others()
    {
        for (int value = 0; value <= byte.MaxValue; value++)
        {
            byte one = (byte)value;
            foreach (byte[] bytes in (byte[][])[[one], [one, one], [(byte)'a', one, (byte)'b'], [(byte)' ', one, (byte)' ']])
                Assert.That(RoundTrip(bytes), Is.EqualTo(bytes), $"byte {value}");
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Random_bytes_come_back_and_their_text_stays_within_its_field(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 2000; round++)
        {
            byte[] bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            byte[] text = Escape(bytes);
            Assert.That(text.AsSpan().IndexOfAny("\r\n\0"u8), Is.EqualTo(-1), $"seed {seed}, round {round}");
            GatewayRequest? request = RequestLine.Parse([.. "me | P | key | "u8, .. text], out string problem);
            Assert.That(problem, Is.Empty, $"seed {seed}, round {round}");
            Assert.That(request!.Value.ToArray(), Is.EqualTo(bytes), $"seed {seed}, round {round}");
        }
    }

    [TestCase("plain", "plain")]
    [TestCase("grün", "grün")]
    [TestCase(" a b ", @"\x20a b\x20")]
    [TestCase(" ", @"\x20")]
    [TestCase("a|b\\c", @"a\|b\\c")]
    [TestCase("\r\n\0\t\u001b", @"\r\n\0\x09\x1b")]
    [TestCase("\u202e\u0085", @"\xe2\x80\xae\xc2\x85")]
    public void What_is_written_can_be_looked_at(string text, string expected)
    {
        Assert.That(Encoding.UTF8.GetString(Escape(Encoding.UTF8.GetBytes(text))), Is.EqualTo(expected));
    }

    [TestCase(@"\x4A\x4a", "JJ")]
    [TestCase(@"\0", "\0")]
    [TestCase("tab\tbell\a", "tab\tbell\a")]
    public void What_needs_no_escape_may_have_one_or_none(string field, string expected)
    {
        Assert.That(FieldText.TryUnescape(Encoding.UTF8.GetBytes(field), out byte[] bytes, out string problem), Is.True, problem);
        Assert.That(Encoding.UTF8.GetString(bytes), Is.EqualTo(expected));
    }

    [TestCase(@"\")]
    [TestCase(@"a\")]
    [TestCase(@"\x")]
    [TestCase(@"\x4")]
    [TestCase(@"\x4g")]
    [TestCase(@"\x+4")]
    [TestCase(@"\x 4")]
    [TestCase(@"\t")]
    [TestCase(@"\-")]
    [TestCase("\\\0")]
    public void An_escape_that_is_none_is_named(string field)
    {
        Assert.That(FieldText.TryUnescape(Encoding.UTF8.GetBytes(field), out _, out string problem), Is.False);
        Assert.That(problem, Does.Contain("backslash"));
    }

    private static byte[] RoundTrip(byte[] bytes)
    {
        Assert.That(FieldText.TryUnescape(Escape(bytes), out byte[] read, out string problem), Is.True, problem);
        return read;
    }

    private static byte[] Escape(byte[] bytes)
    {
        ArrayBufferWriter<byte> output = new();
        FieldText.Append(output, bytes);
        return output.WrittenSpan.ToArray();
    }
}
