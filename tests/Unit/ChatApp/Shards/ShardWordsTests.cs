using NUnit.Framework;
using PaxosShard.ChatClient.App.Verbs.Shards;
using PaxosShard.Programs.Errors;

namespace PaxosShard.Tests.Unit.ChatApp.Shards;

/// <summary>Numbers of shards, arcs and jobs as people write them.</summary>
[TestFixture]
internal sealed class ShardWordsTests
{
    [TestCase("3", 3)]
    [TestCase("shard-3", 3)]
    [TestCase("65534", 65534)]
    public void A_shard_is_a_number_or_the_name_of_its_directory(string word, int number) => Assert.That(ShardWords.ParseShard(word).Number, Is.EqualTo(number));

    [TestCase("0")]
    [TestCase("65535")]
    [TestCase("-1")]
    [TestCase("three")]
    [TestCase("shard-")]
    [TestCase("")]
    public void What_is_no_shard_is_named(string word) =>
        Assert.That(Assert.Throws<ReportedException>(() => ShardWords.ParseShard(word))!.Message, Does.Contain($"'{word}'").And.Contain("1 to 65534"));

    [TestCase("7", new[] { 7 })]
    [TestCase("3-5", new[] { 3, 4, 5 })]
    [TestCase("4095,0-2", new[] { 0, 1, 2, 4095 })]
    [TestCase("1-3 2,9", new[] { 1, 2, 3, 9 })]
    public void Arcs_are_numbers_and_ranges_each_once(string words, int[] arcs) => Assert.That(ShardWords.ParseArcs(words.Split(' ')), Is.EqualTo(arcs));

    [TestCase("4096")]
    [TestCase("5-3")]
    [TestCase("1-2-3")]
    [TestCase("1-")]
    [TestCase("1,,2")]
    [TestCase("0-4096")]
    [TestCase("all")]
    public void What_is_no_arc_is_refused(string word) =>
        Assert.That(Assert.Throws<ReportedException>(() => ShardWords.ParseArcs([word]))!.Message, Does.Contain("write 7 or 0-127").And.Contain("0 to 4095"));

    [TestCase("0")]
    [TestCase("job")]
    public void What_is_no_job_is_refused(string word) => Assert.That(() => ShardWords.ParseJob(word), Throws.InstanceOf<ReportedException>());
}
