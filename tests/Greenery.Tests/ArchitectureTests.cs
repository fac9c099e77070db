using System.Text.RegularExpressions;
using Greenery.Tests.Support;

namespace Greenery.Tests;

/// <summary>A folder of src/Greenery may use the ones before it, never one after it.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string[] Order =
        ["Warehouse", "Drops", "Sources", "Staging", "Models", "Checks", "Publishing", "Runs", "Presentation", "Alerts", "Reports", "Hosting"];

    private static readonly string Library = Path.Combine(Repository.Top, "src", "Greenery");

    [Fact]
    public void Folders_look_back_never_forward()
    {
        var types = Order.ToDictionary(folder => folder, TypesOf);
        var wrong = Files(Library)
            .SelectMany(file => Used(file, types).Where(used => Rank(used) > Rank(FolderOf(file)))
                .Select(used => $"{Path.GetRelativePath(Library, file)} uses {used}"));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_folder_has_its_place_in_the_order()
    {
        var folders = Files(Library).Select(FolderOf).Where(folder => folder.Length > 0).Distinct();

        Assert.Empty(folders.Except(Order));
    }

    [Fact]
    public void A_namespace_is_its_folder() => Assert.DoesNotContain(
        Files(Library), file => Namespace().Match(File.ReadAllText(file)).Groups[1].Value != FolderOf(file));

    [Theory]
    [InlineData("using Greenery.Runs;", true)]
    [InlineData("using static Greenery.Runs.Pipeline;", true)]
    [InlineData("using Alias = Greenery.Runs.Pipeline;", true)]
    [InlineData("var x = Greenery.Runs.Pipeline.Open();", true)]
    [InlineData("var x = Runs.Pipeline.Open();", true)]
    [InlineData("var x = settings.Runs.Pipeline;", false)]
    [InlineData("var x = Runs.Count;", false)]
    [InlineData("/// <summary>Folder Greenery.Runs knows.</summary>", false)]
    public void The_scan_sees_what_it_is_there_to_see(string line, bool isUse) =>
        Assert.Equal(isUse, Uses(line, "Runs", new HashSet<string> { "Pipeline" }));

    private static IEnumerable<string> Used(string file, Dictionary<string, HashSet<string>> types)
    {
        var lines = File.ReadAllLines(file);
        return Order.Where(folder => lines.Any(line => Uses(line, folder, types[folder])));
    }

    private static bool Uses(string line, string folder, HashSet<string> types) =>
        !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && (
            Regex.IsMatch(line, $@"\bGreenery\.{folder}\b")
            || Regex.Matches(line, $@"(?<![\w.]){folder}\.(\w+)").Any(match => types.Contains(match.Groups[1].Value)));

    private static HashSet<string> TypesOf(string folder) => Directory.Exists(Path.Combine(Library, folder))
        ? [.. Files(Path.Combine(Library, folder)).Select(file => Path.GetFileNameWithoutExtension(file))]
        : [];

    private static IEnumerable<string> Files(string folder) => Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(file => Path.GetRelativePath(Library, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));

    private static string FolderOf(string file) =>
        Path.GetRelativePath(Library, file).Split(Path.DirectorySeparatorChar) is [var folder, _, ..] ? folder : "";

    // The top folder holds what all share, so it comes first.
    private static int Rank(string folder) => Array.IndexOf(Order, folder);

    [GeneratedRegex(@"^namespace Greenery\.?(\w*)[.\w]*;", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
