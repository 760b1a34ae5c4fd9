using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;
using PaxosShard.Simulator.Runs;
using PaxosShard.Tests.Unit.Golden;

namespace PaxosShard.Tests.Unit.Architecture;

/// <summary>The page of the tests lists what ships and is never run by the simulator; the list is held against the code that the simulator can reach.</summary>
[TestFixture]
internal sealed partial class NotSimulatedTests
{
    private static readonly string _root = Path.GetDirectoryName(RepositoryFiles.PathOf("PaxosShard.sln"))!;
    private static readonly string[] _projects = [.. ProductFiles("*.csproj")];
    private static readonly Assembly _simulator = typeof(SeedRun).Assembly;
    private static readonly Dictionary<Assembly, string> _simulatedProjects = ReferencedBy(_simulator).Distinct().ToDictionary(project => project, FolderOf);
    private static readonly ILookup<string, Type> _types = _simulatedProjects.Keys.SelectMany(project => project.GetTypes())
        .Where(type => !type.IsNested).ToLookup(type => $"{type.Namespace}.{type.Name.Split('`')[0]}", StringComparer.Ordinal);

    private static readonly ReachedCode _reached = new(_simulator, _simulatedProjects.Keys);

    [Test]
    public void The_list_names_all_that_ships_and_is_not_simulated_and_nothing_else()
    {
        string[] listed = [.. Listed()];
        string[] files = [.. ProductFiles("*.cs")];

        string[] missing = [.. files.Where(IsNotSimulated).Where(file => !listed.Any(line => Covers(line, file)))];
        string[] tooMuch = [.. files.Where(IsSimulated).Where(file => listed.Any(line => Covers(line, file)))];
        string[] empty = [.. listed.Where(line => !files.Any(file => Covers(line, file)))];

        Assert.That(missing, Is.Empty, "not simulated, and not in the list of tests/README.md");
        Assert.That(tooMuch, Is.Empty, "in the list of tests/README.md, and simulated");
        Assert.That(empty, Is.Empty, "lines of the list that name nothing");
    }

    [Test]
    public void The_engine_is_reached_and_the_sockets_are_not()
    {
        Assert.That(IsSimulated("Replica/Core/ReplicaCore.cs"), Is.True);
        Assert.That(IsNotSimulated("Wire/Connections/FramedConnection.cs"), Is.True);
        Assert.That(IsNotSimulated("Replica/App/Program.cs"), Is.True);
    }

    private static bool Covers(string line, string file) =>
        line.EndsWith('/') ? file.StartsWith(line, StringComparison.Ordinal) : string.Equals(line, file, StringComparison.Ordinal);

    private static bool IsSimulated(string file) => TypesOf(file).Any(_reached.Types.Contains);

    /// <summary>There is code in it, and none of it can be reached. Of a project that the simulator does not know, everything counts.</summary>
    private static bool IsNotSimulated(string file)
    {
        Type[] types = [.. TypesOf(file)];
        bool isOfUnknownProject = !_simulatedProjects.ContainsValue(Path.GetDirectoryName(ProjectOf(file))!);
        return isOfUnknownProject || (types.Any(HasCode) && !types.Any(_reached.Types.Contains));
    }

    private static bool HasCode(Type type) => ReachedCode.MethodsOf(type).Any(method => method.GetMethodBody() is not null);

    /// <summary>The types of the simulated projects that a file declares at its outermost level.</summary>
    private static IEnumerable<Type> TypesOf(string file)
    {
        string text = File.ReadAllText(Path.Combine(_root, file));
        string name = NamespaceLine().Match(text).Groups["name"].Value;
        return DeclarationLine().Matches(text).SelectMany(match => _types[$"{name}.{match.Groups["type"].Value}"]);
    }

    private static IEnumerable<Assembly> ReferencedBy(Assembly assembly) => assembly.GetReferencedAssemblies()
        .Where(name => name.Name!.StartsWith("PaxosShard.", StringComparison.Ordinal)).Select(Assembly.Load)
        .SelectMany(project => ReferencedBy(project).Prepend(project));

    private static string FolderOf(Assembly project) =>
        Path.GetDirectoryName(_projects.Single(file => string.Equals(Path.GetFileNameWithoutExtension(file), project.GetName().Name, StringComparison.Ordinal)))!;

    /// <summary>The project whose folder is nearest above a file.</summary>
    private static string ProjectOf(string file) =>
        _projects.Where(project => file.StartsWith(Path.GetDirectoryName(project) + "/", StringComparison.Ordinal)).MaxBy(project => Path.GetDirectoryName(project)!.Length)!;

    private static IEnumerable<string> ProductFiles(string pattern) =>
        Directory.GetDirectories(_root).Where(folder => Path.GetFileName(folder) is not "tests" and not ".git")
            .SelectMany(folder => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(_root, file))
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj"));

    /// <summary>What the first cells of the table below the heading name; each row has to give its reason.</summary>
    private static IEnumerable<string> Listed()
    {
        string page = File.ReadAllText(Path.Combine(_root, "tests", "README.md"));
        string section = page.Split("\n## ").Single(part => part.StartsWith("What ships and is not simulated\n", StringComparison.Ordinal));
        return TableRow().Matches(section).SelectMany(match => match.Groups["path"].Captures).Select(path => path.Value);
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^(?:public |internal |sealed |static |abstract |partial |readonly |ref |unsafe )*(?:class|record struct|record|struct|interface|enum) (?<type>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DeclarationLine();

    [GeneratedRegex(@"^\|(?: `(?<path>[^`]+)`,?)+ \| .{20,} \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TableRow();
}
