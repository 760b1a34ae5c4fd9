using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using NUnit.Framework;
using PaxosShard.Master.Gateway.Connections;
using PaxosShard.Master.Gateway.Lines;

namespace PaxosShard.Tests.Unit.Gateway;

public sealed class LineReaderTests
{
    private const int Longest = 200_000;

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(1000)]
    public async Task Lines_are_found_however_they_arrive(int piece)
    {
        Assert.That(
            await ReadAllAsync(Encoding.ASCII.GetBytes("one\n\ntwo\r\nthree\n"), piece),
            Is.EqualTo(new[] { "Whole one", "Whole ", "Whole two\r", "Whole three", "End " }));
    }

    [TestCase(1000)]
    [TestCase(int.MaxValue)]
    public async Task A_line_that_is_too_long_is_thrown_away_and_the_next_one_is_found(int piece)
    {
        byte[] bytes = [.. "one\n"u8, .. new byte[Longest + 1], .. "\n"u8, .. new byte[Longest], .. "\nthree\n"u8];

        Assert.That(
            await ReadAllAsync(bytes, piece),
            Is.EqualTo(new[] { "Whole one", "TooLong ", $"Whole {new string('\0', Longest)}", "Whole three", "End " }));
    }

    [Test]
    public async Task A_line_without_an_end_is_no_line()
    {
        Assert.That(await ReadAllAsync(Encoding.ASCII.GetBytes("one\ntw"), 2), Is.EqualTo(new[] { "Whole one", "NoEnd ", "End " }));
        Assert.That(await ReadAllAsync(new byte[Longest + 5], 1000), Is.EqualTo(new[] { "TooLong ", "End " }));
    }

    [Test]
    public async Task A_line_for_which_there_is_no_space_is_thrown_away_and_all_its_bytes_are_given_back()
    {
        ByteBudget budget = new(20_000);

        string[] lines = await ReadAllAsync([.. new byte[150_000], .. "\ntwo\n"u8, .. new byte[70_000], .. "\n"u8], 1000, budget);

        Assert.That(lines, Is.EqualTo(new[] { "NoSpace ", "Whole two", $"Whole {new string('\0', 70_000)}", "End " }));
        Assert.That(budget.Taken, Is.Zero);
    }

    private static async Task<string[]> ReadAllAsync(byte[] bytes, int piece, ByteBudget? budget = null)
    {
        await using PiecewiseStream stream = new(bytes, piece);
        using LineReader reader = new(PipeReader.Create(stream), Longest, budget ?? new ByteBudget(long.MaxValue));
        List<string> lines = [];
        ReceivedLine line;
        do
        {
            line = await reader.ReadAsync(CancellationToken.None);
            lines.Add($"{line.Outcome} {Encoding.Latin1.GetString(line.Bytes.ToArray())}");
        }
        while (line.Outcome != LineOutcome.End);
        return [.. lines];
    }
}
