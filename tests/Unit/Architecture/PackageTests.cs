using System.Xml.Linq;
using NUnit.Framework;
using PaxosShard.Tests.Unit.Golden;

namespace PaxosShard.Tests.Unit.Architecture;

/// <summary>No package is listed that nobody uses: each one that has a version is referenced, and each library that is referenced is used there.</summary>
[TestFixture]
internal sealed class PackageTests
{
    /// <summary>What works without being named in a source: analyzers, and what makes a test project one.</summary>
    private static readonly string[] _worksUnnamed =
    [
        "Meziantou.Analyzer", "Microsoft.CodeAnalysis.BannedApiAnalyzers", "Microsoft.NET.Test.Sdk", "Microsoft.VisualStudio.Threading.Analyzers",
        "NUnit.Analyzers", "NUnit3TestAdapter", "Roslynator.Analyzers",
    ];

    /// <summary>Namespaces that are not called like their package.</summary>
    private static readonly Dictionary<string, string> _namespaces = new(StringComparer.Ordinal)
    {
        ["NUnit"] = "NUnit.Framework",
    };

    private static readonly string _root = Path.GetDirectoryName(RepositoryFiles.PathOf("PaxosShard.sln"))!;

    [Test]
    public void Every_package_with_a_version_is_referenced_by_a_project()
    {
        IEnumerable<string> versions = Named(RepositoryFiles.PathOf("Directory.Packages.props"), "PackageVersion");
        IEnumerable<string> references = Projects().Append(RepositoryFiles.PathOf("Directory.Build.props")).SelectMany(file => Named(file, "PackageReference"));

        Assert.That(versions, Is.EquivalentTo(references.Distinct(StringComparer.Ordinal)));
    }

    [TestCaseSource(nameof(Libraries))]
    public void A_library_that_a_project_references_is_used_in_its_sources(string project, string package)
    {
        string wanted = $"using {_namespaces.GetValueOrDefault(package, package)}";
        bool isUsed = SourcesOf(project).SelectMany(File.ReadLines)
            .Any(line => line.StartsWith(wanted, StringComparison.Ordinal) && line[wanted.Length] is '.' or ';');

        Assert.That(isUsed, Is.True, $"no source of {project} says {wanted}");
    }

    private static IEnumerable<TestCaseData> Libraries() =>
        from project in Projects()
        from package in Named(project, "PackageReference")
        where !_worksUnnamed.Contains(package, StringComparer.Ordinal)
        select new TestCaseData(Path.GetRelativePath(_root, project), package);

    private static IEnumerable<string> Named(string file, string element) =>
        XDocument.Load(file).Descendants(element).Select(found => found.Attribute("Include")!.Value);

    private static IEnumerable<string> Projects() => Below(_root, "*.csproj");

    /// <summary>The sources below a project's folder that are in no project further down.</summary>
    private static IEnumerable<string> SourcesOf(string project)
    {
        string folder = Path.GetDirectoryName(Path.Combine(_root, project))!;
        string[] inner = [.. Below(folder, "*.csproj").Select(other => Path.GetDirectoryName(other)!).Where(other => !string.Equals(other, folder, StringComparison.Ordinal))];
        return Below(folder, "*.cs").Where(file => !inner.Any(other => file.StartsWith(other + Path.DirectorySeparatorChar, StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Below(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(_root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or ".git"));
}
