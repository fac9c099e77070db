using System.Text.RegularExpressions;
using Greenery.Tests.Support;

namespace Greenery.Tests.Docs;

/// <summary>Code and docs use the field's words; phrases that were replaced do not come back.</summary>
public sealed partial class GlossaryTests
{
    private const string Itself = "tests/Greenery.Tests/Docs/GlossaryTests.cs";

    // Each is found in any case, across a line break of a comment, and with underscores for spaces.
    private static readonly Phrase[] Phrases =
    [
        new("gone on with", "resumed"),
        new("goes on with", "resumes"),
        new("go on with", "resume"),
        new("going on with", "resuming"),
        new("came to nothing", "name what failed"),
        new("come to nothing", "name what failed"),
        new("has its say", "name what it decides"),
        new("machinery", "infrastructure"),
        new("is through", "is done"),
        new("befalls?", "happens to"),
        new("lets (?:himself|itself) be watched", "holds the lease in its session"),
        new("the last word", "name what decides"),
        new("somebody", "a process, a caller or a user"),
        new("nobody", "no process, no caller or no user"),
        new("whoever", "the process, caller or user that"),
        new("anybody", "any process, caller or user"),
        new("everybody", "all processes, callers or users"),
        new("by and by", "step by step"),
        new("in peace", "without disturbance (baseline)"),
        new("torture", "fault injection"),
        new("nights?", "daily run, or its business date"),
        new("told", "notified, or reported"),
        new(@"behind(?! (?:stable views|a proxy|the proxy|a firewall)\b)", "after"),
        new(@"stands(?! (?:for|in for)\b)", "is"),
    ];

    /// <summary>What is allowed: a file, or a folder that ends with a slash, and the line's own words.</summary>
    private static readonly (string Path, string Text)[] Allowed =
    [
        // The address that a sample goes to where no address is known.
        ("src/Greenery/Alerts/", "nobody@greenery.example"),
        ("tests/", "nobody@greenery.example"),
        // The name in the rows that the sample data has wrong on purpose.
        ("src/Greenery.SampleData/BadRows.cs", "file.Text(\"Nobody\");"),
        ("src/Greenery.SampleData/BadRows.cs", "robin.nobody@example.com"),
        // A table of the schema that the migration's test begins with.
        ("tests/Greenery.Tests/Warehouse/MigrationsTests.cs", "ops.told_run"),
    ];

    private const string Migrations = "src/Greenery/Warehouse/Migrations/";

    /// <summary>Migrations that databases have run already: they are history and never edited.</summary>
    private const string LastOldMigration = $"{Migrations}0009_field_words.sql";

    private static readonly string[] Extensions = [".cs", ".razor", ".sql", ".md", ".yml", ".bicep"];

    [Fact]
    public void Phrases_that_were_replaced_do_not_come_back()
    {
        var findings = Files().SelectMany(Find).Select(finding => $"{finding}").ToList();

        Assert.True(
            findings.Count == 0, $"{findings.Count} phrases to replace:\n{string.Join('\n', findings.Take(100))}");
    }

    [Theory]
    [InlineData("The run is gone on with.", "gone on with")]
    [InlineData("/// It is gone\n    /// on with.", "gone on with")]
    [InlineData("public void Nobody_is_here()", "nobody")]
    [InlineData("Messages wait behind the run.", "behind")]
    [InlineData("Views stand; the table stands there.", "stands")]
    public void A_phrase_is_found(string text, string phrase) =>
        Assert.Contains(Find("a.cs", text), finding => finding.Phrase.StartsWith(phrase, StringComparison.Ordinal));

    [Theory]
    [InlineData("Tables live behind stable views.")]
    [InlineData("`greenery` stands for `dotnet run`.")]
    [InlineData("fortnightly")]
    public void Others_are_not(string text) => Assert.Empty(Find("a.cs", text));

    private static IEnumerable<string> Files() => Directory
        .EnumerateFiles(Repository.Top, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Repository.Top, path).Replace(Path.DirectorySeparatorChar, '/'))
        .Where(path => Extensions.Contains(Path.GetExtension(path)) && path != Itself && !NotOurs().IsMatch(path)
            && !IsOldMigration(path))
        .Order(StringComparer.Ordinal);

    private static bool IsOldMigration(string path) => path.StartsWith(Migrations, StringComparison.Ordinal)
        && string.CompareOrdinal(path, LastOldMigration) <= 0;

    private static IEnumerable<Finding> Find(string path) =>
        Find(path, File.ReadAllText(Path.Combine(Repository.Top, path)));

    private static IEnumerable<Finding> Find(string path, string text) =>
        from phrase in Phrases
        from match in phrase.Pattern.Matches(text)
        let line = text.AsSpan(0, match.Index).Count('\n')
        let words = text.Split('\n')[line].Trim()
        where !Allowed.Any(allowed => path.StartsWith(allowed.Path, StringComparison.Ordinal)
            && words.Contains(allowed.Text, StringComparison.Ordinal))
        select new Finding(path, line + 1, phrase.Text, phrase.Instead, words);

    // What is built, what npm brings, and what tests write.
    [GeneratedRegex(@"(^|/)(bin|obj|node_modules|\.git|TestResults|Golden)/")]
    private static partial Regex NotOurs();

    private sealed record Phrase(string Text, string Instead)
    {
        // A space may be an underscore of a name, or a line break with the comment's next beginning.
        private const string Space = @"(?:[ _]|\s*\n\s*(?:///?|--|\#)?\s*)";

        public Regex Pattern { get; } = new(
            $"(?<![A-Za-z]){Text.Replace(" ", Space, StringComparison.Ordinal)}(?![A-Za-z])",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }

    private sealed record Finding(string Path, int Line, string Phrase, string Instead, string Words)
    {
        public override string ToString() => $"{Path}:{Line}: '{Phrase}' in \"{Words}\"; write: {Instead}.";
    }
}
