using NUnit.Framework;
using PaxosShard.Tests.Unit.Golden;
using PaxosShard.Wire.Frames;
using PaxosShard.Wire.Identifiers;
using PaxosShard.Wire.Messages;

namespace PaxosShard.Tests.Unit.Wire;

/// <summary>The bytes of every kind of frame are fixed for good: another release, or another language, speaks the same.</summary>
public sealed class GoldenFrameTests
{
    private static IReadOnlyList<GoldenFrame> Golden { get; } = File.ReadAllLines(RepositoryFiles.PathOf("tests/Unit/Golden/frames.txt"))
        .Where(line => !line.StartsWith('#'))
        .Select(line => line.Split(' '))
        .Select(parts => new GoldenFrame(parts[0], int.Parse(parts[1]), Convert.FromHexString(parts[2])))
        .ToArray();

    [TestCaseSource(nameof(Golden))]
    public void A_sample_is_encoded_to_its_golden_bytes(GoldenFrame golden)
    {
        byte[] frame = FrameWriter.Encode(SampleMessages.All[golden.Name], new GroupId(golden.Group));

        Assert.That(Convert.ToHexString(frame), Is.EqualTo(Convert.ToHexString(golden.Bytes)));
    }

    [TestCaseSource(nameof(Golden))]
    public void Golden_bytes_are_decoded_to_their_sample(GoldenFrame golden)
    {
        ReadOnlySpan<byte> input = golden.Bytes;

        bool read = new FrameReader { Group = new GroupId(golden.Group) }.TryRead(ref input, out FrameContent content);

        Assert.That(read, Is.True);
        Assert.That(input.IsEmpty, Is.True);
        Assert.That(content.Kind, Is.EqualTo(SampleMessages.All[golden.Name].Kind));
        // Encoding is checked against the file above, so a field that was read wrongly shows here.
        Assert.That(FrameWriter.Encode(content, new GroupId(golden.Group)), Is.EqualTo(golden.Bytes));
    }

    [Test]
    public void Every_kind_has_a_minimal_and_a_full_golden_frame()
    {
        IEnumerable<string> expected = Enum.GetValues<MessageKind>().SelectMany(kind => new[] { $"{(char)kind}.minimal", $"{(char)kind}.full" });

        Assert.That(Golden.Select(golden => golden.Name), Is.EquivalentTo(expected));
        Assert.That(SampleMessages.All.Keys, Is.EquivalentTo(expected));
    }

    /// <summary>A line of the file.</summary>
    public sealed record GoldenFrame(string Name, int Group, byte[] Bytes)
    {
        /// <inheritdoc/>
        public override string ToString() => Name;
    }
}
