using System.Text;
using NUnit.Framework;
using PaxosShard.Master.Gateway.Lines;

namespace PaxosShard.Tests.Unit.Gateway;

public sealed class RequestLineTests
{
    [TestCase("me | G | key", 'G', "key", "")]
    [TestCase("me|G|key", 'G', "key", "")]
    [TestCase("  me  |  G  |  my key  ", 'G', "my key", "")]
    [TestCase("me | G | key\r", 'G', "key", "")]
    [TestCase("me | G | key | ", 'G', "key", "")]
    [TestCase("me | D | key |", 'D', "key", "")]
    [TestCase("me | P | key | a value", 'P', "key", "a value")]
    [TestCase("me | P | key | ", 'P', "key", "")]
    [TestCase("me | P | key | a\\|b\\\\", 'P', "key", "a|b\\")]
    [TestCase("me | A | key | more", 'A', "key", "more")]
    [TestCase("me | S | lobby | hello there", 'S', "lobby", "hello there")]
    public void A_request_is_read(string line, char kind, string name, string value)
    {
        GatewayRequest request = Parsed(line);

        Assert.That((char)request.Kind, Is.EqualTo(kind));
        Assert.That(Text(request.Client), Is.EqualTo("me"));
        Assert.That(Text(request.Name), Is.EqualTo(name));
        Assert.That(Text(request.Value), Is.EqualTo(value));
        Assert.That(request.Expected.HasValue, Is.False);
    }

    [TestCase("me | C | key | old | new", "old")]
    [TestCase("me | C | key |  | new", "")]
    [TestCase(@"me | C | key | \\- | new", @"\-")]
    public void What_is_compared_with_is_a_value(string line, string expected)
    {
        GatewayRequest request = Parsed(line);

        Assert.That(Text(request.Expected!.Value), Is.EqualTo(expected));
        Assert.That(Text(request.Value), Is.EqualTo("new"));
    }

    [Test]
    public void What_must_not_be_there_has_a_form_of_its_own()
    {
        Assert.That(Parsed(@"me | C | key | \- | new").Expected.HasValue, Is.False);
    }

    [TestCase("", "empty")]
    [TestCase("   \r", "empty")]
    [TestCase("hello", "one field")]
    [TestCase("GET / HTTP/1.1\r", "one field")]
    [TestCase("me | X | key", "second field")]
    [TestCase("me | g | key", "second field")]
    [TestCase("me | GG | key", "second field")]
    [TestCase("me | ", "second field")]
    [TestCase("me | A", "add a shard")]
    [TestCase("me | A | key", "has 4 fields")]
    [TestCase("me | P | key", "has 4 fields")]
    [TestCase("me | G | key | value", "has 3 fields")]
    [TestCase("me | P | key | a | b", "this one has 5")]
    [TestCase("me | C | key | a | b | c | d", "this one has 7")]
    [TestCase("me | C | key | value", "has 5 fields")]
    [TestCase(" | G | key", "is empty")]
    [TestCase(@"m\e | G | key", "backslash")]
    [TestCase(@"me | G | key\", "backslash")]
    [TestCase(@"me | C | key | \q | new", "backslash")]
    public void What_is_no_request_is_told_why(string line, string words)
    {
        Assert.That(RequestLine.Parse(Encoding.UTF8.GetBytes(line), out string problem), Is.Null);
        Assert.That(problem, Does.Contain(words));
        Assert.That(problem.IndexOfAny(['|', '\\']), Is.EqualTo(-1), "it is shown as it is");
    }

    [Test]
    public void A_client_has_at_most_256_bytes()
    {
        Assert.That(RequestLine.Parse([.. new byte[257].Select(static _ => (byte)'c'), .. " | G | key"u8], out string problem), Is.Null);
        Assert.That(problem, Does.Contain("longer than 256 bytes"));
    }

    [Test]
    public void What_is_said_is_text_and_keys_and_values_are_any_bytes()
    {
        Assert.That(RequestLine.Parse([.. "me | S | lobby | "u8, 0xff], out string problem), Is.Null);
        Assert.That(problem, Does.Contain("UTF-8"));
        Assert.That(RequestLine.Parse([0xfe, .. " | P | key | "u8, 0xff], out _)!.Value.ToArray(), Is.EqualTo(new byte[] { 0xff }));
    }

    [Test]
    public void Every_beginning_of_a_line_and_any_bytes_have_an_answer()
    {
        byte[] line = Encoding.UTF8.GetBytes("me | C | k\\x00ey\\|é | \\- | value\\\\");
        Random random = new(1);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = line[..(round % (line.Length + 1))];
            for (int change = random.Next(4); change > 0 && bytes.Length > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            GatewayRequest? request = RequestLine.Parse(bytes, out string problem);
            Assert.That(request is null, Is.EqualTo(problem.Length > 0), $"round {round}");
        }
    }

    private static GatewayRequest Parsed(string line)
    {
        GatewayRequest? request = RequestLine.Parse(Encoding.UTF8.GetBytes(line), out string problem);
        Assert.That(problem, Is.Empty);
        return request!;
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
