using NUnit.Framework;
using PaxosShard.Programs;

namespace PaxosShard.Tests.Unit.Programs;

/// <summary>The pages of all verbs say the same thing in the same way.</summary>
[TestFixture]
public sealed class HelpPageTests
{
    [Test]
    public void Defaults_are_told_once_and_in_one_form()
    {
        const string page = """
            Options:
              --size <B>    Bytes of each [default: 128]
              --bytes <N>   Bytes of all (default: 64 MiB) [default: 67108864]
              --data <DIR> (REQUIRED)  The directory

            """;

        Assert.That(Lines(page), Is.EqualTo(new[] { "Options:", "  --size <B>    Bytes of each (default: 128)", "  --bytes <N>   Bytes of all (default: 64 MiB)", "  --data <DIR> (required)  The directory" }));
    }

    [Test]
    public void Of_verbs_that_have_pages_of_their_own_the_first_sentence_is_told()
    {
        const string page = """
            Usage:
              px kv move <key> <ARC... N>... [options]

            Commands:
              get <KEY>  Print a value: byte for byte. Ends with 3 when there is none.
                         Example: px kv get colour
              list       List the keys.
                         Example: px kv list

            """;

        Assert.That(Lines(page), Is.EqualTo(new[] { "Usage:", "  px kv move <KEY> <ARC>... <N> [options]", "", "Commands:", "  get <KEY>  Print a value: byte for byte", "  list       List the keys" }));
    }

    private static string[] Lines(string page) => HelpPage.Rewrite(page).TrimEnd('\n').Split('\n');
}
