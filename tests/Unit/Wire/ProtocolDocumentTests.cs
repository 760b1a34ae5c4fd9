using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.Replica.Machines.Moves;
using PaxosShard.Tests.Unit.Golden;
using PaxosShard.Wire;
using PaxosShard.Wire.Commands;
using PaxosShard.Wire.Entries;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Messages;
using PaxosShard.Wire.Moves;
using PaxosShard.Wire.Placement;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>The page that describes the protocol tells the truth about everything that can be listed.</summary>
public sealed class ProtocolDocumentTests
{
    private static readonly string _page = File.ReadAllText(RepositoryFiles.PathOf("Wire/PROTOCOL.md"));
    private static readonly string[] _lines = _page.Split('\n');

    [TestCaseSource(nameof(Kinds))]
    public void Every_kind_of_message_has_its_section_with_a_picture_of_its_size(MessageKind kind)
    {
        string[] section = SectionOf(kind);

        Assert.That(section, Is.Not.Empty);
        Assert.That(PicturedSize(section), Is.EqualTo(SmallestBody(kind)));
    }

    [TestCaseSource(nameof(LimitFields))]
    public void Every_limit_stands_in_the_table_with_its_value(string name, long value)
    {
        Assert.That(_page, Does.Match($@"\| {name} \| {value} \| "));
    }

    [Test]
    public void The_table_has_no_limit_that_does_not_exist()
    {
        string table = _page[_page.IndexOf("## Limits", StringComparison.Ordinal).._page.IndexOf("## Versions", StringComparison.Ordinal)];

        Assert.That(Regex.Count(table, @"^\| \w+ \| \d+ \|", RegexOptions.Multiline), Is.EqualTo(LimitFields().Count()));
    }

    [Test]
    public void Every_status_code_and_command_is_named_with_its_number()
    {
        foreach (ReplyStatus status in Enum.GetValues<ReplyStatus>())
            Assert.That(_page, Does.Contain($"| {(byte)status} | {status} | "));
        foreach (RefusalCode code in Enum.GetValues<RefusalCode>().Where(code => code != RefusalCode.None))
            Assert.That(_page, Does.Contain($"| {(int)code} | {code} | "));
        foreach (CommandKind kind in Enum.GetValues<CommandKind>())
            Assert.That(_page, Does.Contain($"### {((byte)kind < 0x80 ? $"{(byte)kind}" : $"0x{(byte)kind:x}")}: {kind}"));
        foreach (PlacementCommandKind kind in Enum.GetValues<PlacementCommandKind>())
            Assert.That(_page, Does.Contain($"| 0x{(byte)kind:x} | {kind} | "));
    }

    [Test]
    public void What_a_command_about_moves_may_hold_is_said_in_numbers()
    {
        Assert.That(_page, Does.Contain(Text($"Cursors have at most {MoveLimits.Cursor:N0} bytes, pieces at most {MoveLimits.Piece:N0} (")));
        Assert.That(_page, Does.Contain(Text($"There are at most {MoveLimits.Transfers:N0} moves either way, each with at most {Limits.Replicas} addresses")));
        Assert.That(_page, Does.Contain(Text($"A piece ends behind {MoveLimits.WantedPieceServed / 1024} KiB ({MoveLimits.WantedPiece / 1024} KiB once the arcs are frozen) or {MovePieceWriter.MostRecords}")));
    }

    [Test]
    public void Every_state_of_a_move_is_named_with_its_number()
    {
        string[] coming = ["it is copied while the source serves", "the configuration is adopted and nothing is served yet", "the copy is emptied"];
        string[] going = ["served here and copied", "given up and kept", "being dropped"];
        string words = _page.Replace('\n', ' ');

        Assert.That(Enum.GetValues<CopyState>(), Is.EqualTo(new[] { CopyState.Copying, CopyState.Pulling, CopyState.Discarding }));
        Assert.That(Enum.GetValues<GiveState>(), Is.EqualTo(new[] { GiveState.Copying, GiveState.Frozen, GiveState.Dropping }));
        foreach (CopyState state in Enum.GetValues<CopyState>())
            Assert.That(words, Does.Contain($" {(byte)state} {coming[(byte)state - 1]}"));
        foreach (GiveState state in Enum.GetValues<GiveState>())
            Assert.That(words, Does.Contain($" {(byte)state} {going[(byte)state - 1]}"));
    }

    [Test]
    public void The_version_of_the_page_is_the_one_that_is_spoken()
    {
        Match stated = Regex.Match(_page, "This page is version (?<number>[0-9]+), and (?<lowest>[0-9]+) is spoken too", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

        Assert.That(stated.Success, "the page states its version");
        Assert.That(int.Parse(stated.Groups["number"].Value), Is.EqualTo(ProtocolVersion.Highest));
        Assert.That(int.Parse(stated.Groups["lowest"].Value), Is.EqualTo(ProtocolVersion.Lowest));
    }

    [Test]
    public void Every_line_can_be_read_without_scrolling()
    {
        Assert.That(_lines.Where(line => line.Length > 140), Is.Empty);
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static MessageKind[] Kinds() => Enum.GetValues<MessageKind>();

    private static IEnumerable<TestCaseData> LimitFields() => typeof(Limits)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => new TestCaseData(field.Name, Convert.ToInt64(field.GetRawConstantValue())));

    private static string[] SectionOf(MessageKind kind) => _lines
        .SkipWhile(line => !line.StartsWith($"### {(char)kind}: {kind}, ", StringComparison.Ordinal))
        .Skip(1)
        .TakeWhile(line => !line.StartsWith('#'))
        .ToArray();

    // Sum of the numbers in the lower row of each box; what is repeated ("each") counts nothing, "4 + n" its length field.
    private static int PicturedSize(string[] section) => section.Zip(section.Skip(1))
        .Where(pair => pair.First.StartsWith('|') && pair.Second.StartsWith("+-", StringComparison.Ordinal))
        .SelectMany(pair => pair.First.Split('|', StringSplitOptions.RemoveEmptyEntries))
        .Where(size => !size.Contains("each", StringComparison.Ordinal))
        .Sum(size => int.Parse(size.Replace("+ n", "", StringComparison.Ordinal)));

    private static int SmallestBody(MessageKind kind)
    {
        FrameContent minimal = SampleMessages.All[$"{(char)kind}.minimal"];
        int entry = kind == MessageKind.Proposal ? Entry.NoOp.Bytes.Length : 0;
        return FrameWriter.SizeOf(minimal) - TestFrames.HeaderSize - entry;
    }
}
