using NUnit.Framework;
using PaxosShard.Client;
using PaxosShard.Wire;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.Client;

/// <summary>The word by which a request of unknown outcome is tried again: people copy it, so whatever is not exactly it is refused.</summary>
public sealed class RetryTokenTests
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly RetryToken _token = new(new SessionId(new UInt128(0x0123456789abcdef, 0xfedcba9876543210)), new SequenceNumber(42), 1_700_000_120_000);

    [TestCase(1UL, 1, 1)]
    [TestCase(ulong.MaxValue, Limits.HighestNumber, Limits.HighestTime)]
    [TestCase(0x8000000000000000, 1024, 1_700_000_120_000)]
    public void A_token_is_read_as_it_was_written(ulong session, long sequence, long expiry)
    {
        RetryToken written = new(new SessionId(new UInt128(session, session)), new SequenceNumber(sequence), expiry);

        Assert.That(RetryToken.TryParse(written.ToString(), out RetryToken? read, out _), Is.True);

        Assert.That(read, Is.EqualTo(written));
    }

    [Test]
    public void A_token_is_the_same_word_in_every_version() =>
        Assert.That(_token.ToString(), Is.EqualTo("r1ASNFZ4mrze_-3LqYdlQyEAAAAAAAAAAqAAABi8_nPMAQD6cs"));

    [Test]
    public void A_token_is_one_word_that_no_program_takes_for_an_option()
    {
        for (ulong session = 1; session < 200; session++)
        {
            string word = new RetryToken(new SessionId(new UInt128(session << 56, session)), new SequenceNumber((long)session), 1).ToString();

            Assert.That(word, Does.Match("^r1[A-Za-z0-9_-]{48}$"));
        }
    }

    [Test]
    public void A_token_with_any_one_character_changed_is_refused()
    {
        string word = _token.ToString();
        for (int position = 0; position < word.Length; position++)
        {
            foreach (char other in $"{Alphabet}+/=. \n".Where(other => other != word[position]))
            {
                string changed = $"{word[..position]}{other}{word[(position + 1)..]}";
                Assert.That(RetryToken.TryParse(changed, out _, out string? reason), Is.False, changed);
                Assert.That(reason, Does.Contain(position < 2 ? "begins with r1" : "mistyped"));
            }
        }
    }

    [Test]
    public void A_token_with_two_neighbours_swapped_is_refused()
    {
        string word = _token.ToString();
        for (int position = 2; position < word.Length - 1; position++)
        {
            string swapped = $"{word[..position]}{word[position + 1]}{word[position]}{word[(position + 2)..]}";
            Assert.That(RetryToken.TryParse(swapped, out _, out _), Is.EqualTo(string.Equals(swapped, word, StringComparison.Ordinal)), swapped);
        }
    }

    [TestCase("", "begins with r1")]
    [TestCase("r2", "begins with r1")]
    [TestCase("R1", "begins with r1")]
    [TestCase("r1", "one has 50 characters, and this has 2")]
    [TestCase("lobby", "'lobby' is no retry token")]
    public void What_is_no_token_is_refused_with_the_reason(string word, string told)
    {
        Assert.That(RetryToken.TryParse(word, out RetryToken? token, out string? reason), Is.False);

        Assert.That(token, Is.Null);
        Assert.That(reason, Does.Contain(told));
    }

    [TestCase(1)]
    [TestCase(-1)]
    public void A_token_that_is_too_short_or_too_long_is_refused_with_its_length(int change)
    {
        string word = _token.ToString();

        Assert.That(RetryToken.TryParse(change > 0 ? word + "A" : word[..^1], out _, out string? reason), Is.False);

        Assert.That(reason, Does.Contain($"one has {word.Length} characters, and this has {word.Length + change}"));
    }

    [TestCase(0, 1, 1, Description = "no session")]
    [TestCase(1, 0, 1, Description = "no number")]
    [TestCase(1, -1, 1, Description = "below all numbers")]
    [TestCase(1, 1, 0, Description = "no expiry")]
    public void A_token_of_no_request_is_refused_although_its_checksum_fits(int session, long sequence, long expiry)
    {
        RetryToken none = new(new SessionId((UInt128)session), new SequenceNumber(sequence), expiry);

        Assert.That(RetryToken.TryParse(none.ToString(), out _, out string? reason), Is.False);

        Assert.That(reason, Does.Contain("of no request"));
        ClientOptions options = new() { Endpoints = ["127.0.0.1:1"], Retry = none };
        Assert.That(options.Validate, Throws.InstanceOf<InvalidOptionsException>().With.Message.Contains("Retry"));
    }

    [TestCase(999, ExpectedResult = false, Description = "less than a second")]
    [TestCase(1000, ExpectedResult = true, Description = "equal")]
    [TestCase(600_000, ExpectedResult = true, Description = "equal to ten minutes")]
    [TestCase(600_001, ExpectedResult = false, Description = "greater")]
    public bool A_lifetime_is_a_second_to_ten_minutes(int milliseconds)
    {
        ClientOptions options = new() { Endpoints = ["127.0.0.1:1"], Lifetime = TimeSpan.FromMilliseconds(milliseconds) };
        try
        {
            options.Validate();
            return true;
        }
        catch (InvalidOptionsException exception)
        {
            Assert.That(exception.Message, Does.Contain("Lifetime"));
            return false;
        }
    }
}
