using NUnit.Framework;
using PaxosShard.ChatClient.App.Posix;

namespace PaxosShard.Tests.Unit.ChatApp.Groups;

[TestFixture]
internal sealed class RealPathTests
{
    private string _root = "";

    [SetUp]
    public void Make()
    {
        _root = RealPath.Of(Directory.CreateTempSubdirectory("paxosshard-").FullName);
        Directory.CreateDirectory(Path.Combine(_root, "disk", "inner"));
        Directory.CreateSymbolicLink(Path.Combine(_root, "link"), Path.Combine(_root, "disk", "inner"));
    }

    [TearDown]
    public void Remove() => Directory.Delete(_root, recursive: true);

    [TestCase("disk", "disk")]
    [TestCase("disk/", "disk")]
    [TestCase("./disk//inner/../", "disk")]
    [TestCase("link", "disk/inner")]
    [TestCase("link/..", "disk")]
    [TestCase("link/new", "disk/inner/new")]
    [TestCase("link/../new/group/", "disk/new/group")]
    [TestCase("new/../other", "other")]
    public void All_spellings_of_a_directory_have_one_real_path(string spelling, string expected) =>
        Assert.That(RealPath.Of(_root + "/" + spelling), Is.EqualTo(Path.Combine(_root, expected)));

    [Test]
    public void The_root_is_the_root() => Assert.That(RealPath.Of("/"), Is.EqualTo("/"));

    [Test]
    public void A_file_has_the_same_number_under_all_its_names_and_another_than_its_copy()
    {
        string file = Path.Combine(_root, "disk", "inner", "file");
        File.WriteAllText(file, "");
        File.Copy(file, file + ".copy");

        Assert.That(FileNumber.Of(file), Is.Not.Null.And.EqualTo(FileNumber.Of(Path.Combine(_root, "link", "file"))));
        Assert.That(FileNumber.Of(file + ".copy"), Is.Not.EqualTo(FileNumber.Of(file)));
        Assert.That(FileNumber.Of(file + ".missing"), Is.Null);
    }
}
