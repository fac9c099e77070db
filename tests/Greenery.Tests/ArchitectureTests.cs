using System.Text.RegularExpressions;
using Greenery.Tests.Support;

namespace Greenery.Tests;

/// <summary>A folder of src/Greenery may use the ones before it, never one after it.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string[] Order =
        ["Warehouse", "Drops", "Sources", "Staging", "Models", "Checks", "Publishing", "Runs", "Presentation",
            "Workshop", "Alerts", "Reports", "Hosting", "Schemas"];

    private static readonly string[] Tops = ["src", "tests"];

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

    [Fact]
    public void Subfolders_do_not_use_each_other_in_circles()
    {
        var folders = Files(Library).Where(file => SubfolderOf(file).Contains('/', StringComparison.Ordinal))
            .GroupBy(SubfolderOf).ToDictionary(group => group.Key, group => group.ToList());
        var uses = folders.ToDictionary(folder => folder.Key, folder => folders.Keys.Where(other => other != folder.Key
            && folder.Value.Exists(file => File.ReadAllText(file).Contains(
                $"using Greenery.{other.Replace('/', '.')};", StringComparison.Ordinal))).ToList());

        Assert.DoesNotContain(uses.Keys, folder => Reachable(folder, uses).Contains(folder));
    }

    [Fact]
    public void No_simple_type_name_is_used_twice()
    {
        var names = Sources().SelectMany(file => Declaration().Matches(File.ReadAllText(file))
            .Select(match => match.Groups[1].Value)
            .Where(name => name != "Program").Distinct());

        Assert.Empty(names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Fact]
    public void No_line_is_longer_than_120_columns() => Assert.Empty(Sources().SelectMany(LongLines));

    // The line breaks of a raw string literal are its content.
    private static IEnumerable<string> LongLines(string file)
    {
        var isRaw = false;
        foreach (var (number, line) in File.ReadLines(file).Index())
        {
            var marks = line.Split("\"\"\"").Length - 1;
            if (line.Length > 120 && !isRaw && marks == 0)
            {
                yield return $"{Path.GetRelativePath(Repository.Top, file)}:{number + 1}";
            }
            isRaw ^= marks % 2 == 1;
        }
    }

    // "select from" without a condition reads all rows of all nodes of a cluster, or is refused there.
    [Fact]
    public void Whether_a_table_has_rows_is_asked_with_a_limit() => Assert.Empty(Sources()
        .Where(file => file.StartsWith(Path.Combine(Library, "Staging"), StringComparison.Ordinal)
            || file.StartsWith(Path.Combine(Library, "Models"), StringComparison.Ordinal))
        .Where(file => UnlimitedExists().IsMatch(File.ReadAllText(file)))
        .Select(file => Path.GetRelativePath(Repository.Top, file)));

    [Theory]
    [InlineData("not exists (select from {job.Staging.Name})", true)]
    [InlineData("exists (select from {Observed} where {DropId} = @Place)", true)]
    [InlineData("exists (select 1 from {Observed} where {DropId} = @Place limit 1)", false)]
    [InlineData("exists (select from {Bad} as b where {KeyEquals})", false)]
    public void The_scan_sees_questions_without_a_limit(string sql, bool isSeen) =>
        Assert.Equal(isSeen, UnlimitedExists().IsMatch(sql));

    [GeneratedRegex(@"exists \(\s*select(?: from|(?! 1\b)[^()]* from) \{[^}]+\}\s*(?:where (?![^()]*\w\.)[^()]*)?\)")]
    private static partial Regex UnlimitedExists();

    // Citus computes the parts of a statement one after another: a count beside a part that writes sees what it wrote.
    [Fact]
    public void What_a_statement_writes_is_not_counted_beside_it() => Assert.Empty(Sources()
        .Where(file => RawText().Matches(File.ReadAllText(file)).Any(text => CountsWhatItWrites(text.Value)))
        .Select(file => Path.GetRelativePath(Repository.Top, file)));

    [Theory]
    [InlineData("a as (update {Name} as s set x = 1 returning 1) select (select count(*) from {Name}), 1 from a", true)]
    [InlineData("a as (insert into staging.t select 1) select count(*) filter (where x) from staging.t as t", true)]
    [InlineData("a as (delete from {Name} as s returning 1) select count(*) from a", false)]
    [InlineData("a as (select count(*) from {Name}) update {Name} set x = 1", false)]
    public void The_scan_sees_counts_beside_what_writes(string sql, bool isSeen) =>
        Assert.Equal(isSeen, CountsWhatItWrites(sql));

    private static bool CountsWhatItWrites(string sql) => WritingPart().Matches(sql)
        .Select(part => Regex.Escape(part.Groups[1].Value))
        .Any(table => Regex.IsMatch(sql, $@"count\([^()]*\)(?: filter \([^()]*\))?[^()]*\sfrom {table}(?![\w}}])"));

    [GeneratedRegex(@"as \(\s*(?:insert into|update|delete from) (\{[^{}]+\}|[\w.]+)")]
    private static partial Regex WritingPart();

    [GeneratedRegex("\"\"\".*?\"\"\"", RegexOptions.Singleline)]
    private static partial Regex RawText();

    private static HashSet<string> Reachable(string folder, Dictionary<string, List<string>> uses)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(uses[folder]);
        while (open.TryDequeue(out var next))
        {
            if (found.Add(next))
            {
                uses[next].ForEach(open.Enqueue);
            }
        }
        return found;
    }

    private static string SubfolderOf(string file) =>
        string.Join('/', Path.GetRelativePath(Library, file).Split(Path.DirectorySeparatorChar)[..^1].Take(2));

    private static IEnumerable<string> Sources() => Tops
        .SelectMany(top => Directory.GetFiles(Path.Combine(Repository.Top, top), "*.cs", SearchOption.AllDirectories))
        .Where(file =>
        !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}",
            StringComparison.Ordinal));

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

    private static IEnumerable<string> Files(string folder) =>
        Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(file =>
        Path.GetRelativePath(Library, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));

    private static string FolderOf(string file) =>
        Path.GetRelativePath(Library, file).Split(Path.DirectorySeparatorChar) is [var folder, _, ..] ? folder : "";

    // The top folder holds what all share, so it comes first.
    private static int Rank(string folder) => Array.IndexOf(Order, folder);

    [GeneratedRegex(@"^\s*(?:(?:public|internal|private|protected|sealed|static|abstract|readonly|partial|file)\s+)*"
        + @"(?:class|record struct|record|struct|interface|enum) ([A-Z]\w*)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^namespace Greenery\.?(\w*)[.\w]*;", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
