using System.Text;
using NUnit.Framework;
using PaxosShard.ChatClient.App.Rings;
using PaxosShard.Hashing;
using PaxosShard.Hashing.Configurations;
using PaxosShard.Programs;
using PaxosShard.Wire.Identifiers;

namespace PaxosShard.Tests.Unit.ChatApp.Rings;

/// <summary>Where a key or a room is, by a configuration.</summary>
[TestFixture]
internal sealed class RingPlacesTests
{
    private static readonly int _lobby = Arc.Of(Encoding.UTF8.GetBytes("lobby")).Number;
    private static readonly Configuration _apart = RingExamples.Owned(static arc => arc == _lobby ? RingExamples.Two : RingExamples.One);

    [Test]
    public void Each_name_has_a_line_with_its_arc_and_who_has_that() =>
        Assert.That(new RingPlaces(_apart).Table(["lobby", "zoë"]).Lines(), Is.EqualTo(new[]
        {
            "NAME   ARC   GROUP  ADDRESSES",
            $"lobby  {_lobby,-4}  2      127.0.0.1:7002,127.0.0.1:7003",
            $"zoë    {Arc.Of(Encoding.UTF8.GetBytes("zoë")).Number,-4}  1      127.0.0.1:7001",
        }));

    [Test]
    public void Scripts_get_an_object_for_each_name() =>
        Assert.That(
            Json.ObjectLine(writer => new RingPlaces(_apart).Write(writer, "lobby")),
            Is.EqualTo($$"""{"name":"lobby","configuration":1,"arc":{{_lobby}},"group":2,"addresses":["127.0.0.1:7002","127.0.0.1:7003"]}"""));

    [Test]
    public void Before_there_are_shards_nobody_has_it()
    {
        Assert.That(new RingPlaces(Configuration.Zero).Table(["lobby"]).Lines().Last(), Does.Match("^lobby +[0-9]+ +- *$"));
        Assert.That(Json.ObjectLine(static writer => new RingPlaces(Configuration.Zero).Write(writer, "lobby")), Does.EndWith(""","group":0,"addresses":[]}"""));
    }
}
