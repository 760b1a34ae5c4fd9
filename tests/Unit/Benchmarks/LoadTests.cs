using System.Text;
using NUnit.Framework;
using PaxosShard.Benchmarks.Peers;
using PaxosShard.Benchmarks.Peers.Clients;
using PaxosShard.Benchmarks.Peers.Sockets;

namespace PaxosShard.Tests.Unit.Benchmarks;

/// <summary>What the load is made of: keys, buffers, the window that counts, and the command line that asks for it.</summary>
[TestFixture]
internal sealed class LoadTests
{
    [Test]
    public void Connections_draw_from_the_same_keys_in_other_orders()
    {
        KeySequence first = new(0);
        KeySequence second = new(1);
        string[] drawn = [.. Enumerable.Range(0, 20_000).Select(_ => Encoding.ASCII.GetString(first.Next()))];

        Assert.That(drawn.Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(KeySequence.Keys));
        Assert.That(drawn.Distinct(StringComparer.Ordinal), Is.All.Length.EqualTo(KeySequence.KeyBytes));
        Assert.That(Enumerable.Range(0, 20).Select(_ => Encoding.ASCII.GetString(second.Next())), Is.Not.EqualTo(drawn.Take(20)));
    }

    [Test]
    public void A_buffer_keeps_what_waits_while_it_grows()
    {
        SendBuffer buffer = new();
        buffer.Add(new byte[60_000]);
        buffer.Add("tail"u8);
        buffer.Drop(60_000);

        buffer.Add(new byte[200_000]);

        Assert.That(Encoding.ASCII.GetString(buffer.Waiting[..4]), Is.EqualTo("tail"));
        Assert.That(buffer.Waiting.Length, Is.EqualTo(200_004));
    }

    [Test]
    public void What_is_answered_in_the_warm_up_does_not_count()
    {
        LoadWindow window = new(TimeSpan.FromHours(1), TimeSpan.FromHours(1));

        window.Count(begun: 0, now: System.Diagnostics.Stopwatch.GetTimestamp(), isAcknowledged: true);

        Assert.That((window.Acknowledged, window.Refused, window.IsOver), Is.EqualTo((0L, 0L, false)));
    }

    [Test]
    public void What_is_refused_counts_apart()
    {
        LoadWindow window = new(TimeSpan.Zero, TimeSpan.FromHours(1));

        window.Count(System.Diagnostics.Stopwatch.GetTimestamp(), System.Diagnostics.Stopwatch.GetTimestamp(), isAcknowledged: true);
        window.Count(System.Diagnostics.Stopwatch.GetTimestamp(), System.Diagnostics.Stopwatch.GetTimestamp(), isAcknowledged: false);

        Assert.That((window.Acknowledged, window.Refused), Is.EqualTo((1L, 1L)));
        Assert.That(window.Quantile(0.5), Is.Positive);
    }

    [TestCase("--levels", "0")]
    [TestCase("--levels", "1,,2")]
    [TestCase("--levels", "1,1")]
    [TestCase("--levels", "8193")]
    [TestCase("--peers", "ours,mysql")]
    [TestCase("--operations", "delete")]
    [TestCase("--seconds", "0")]
    [TestCase("--windows", "0")]
    [TestCase("--size", "0")]
    public void What_cannot_be_measured_is_refused(string option, string value) => Assert.That(Arguments.Create().Parse([option, value]).Errors, Is.Not.Empty);

    [TestCase("--levels", "1,16,8192")]
    [TestCase("--peers", "floor,ours")]
    [TestCase("--operations", "write,read")]
    [TestCase("--seconds", "0.5")]
    public void What_can_be_measured_is_taken(string option, string value) => Assert.That(Arguments.Create().Parse([option, value]).Errors, Is.Empty);
}
