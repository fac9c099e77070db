using System.Text.RegularExpressions;
using Greenery.Tests.Support;

namespace Greenery.Tests.Infra;

/// <summary>docs/operations.md: its tasks, variables and commands are there.</summary>
public sealed partial class GuideTests
{
    private static string Docs => Path.Combine(Repository.Top, "docs");

    [Fact]
    public void Each_task_of_operations_has_its_section()
    {
        string[] tasks =
        [
            "Deploy", "First run", "Rerun a date", "Roll back", "Replay quarantine", "Rotate a secret", "Restore",
            "What each alert means",
        ];

        var sections = Headings().Matches(File.ReadAllText(Path.Combine(Docs, "operations.md")))
            .Select(heading => heading.Groups[1].Value);

        Assert.Empty(tasks.Except(sections));
    }

    [Fact]
    public void Variables_of_its_commands_are_made_by_the_templates_or_by_itself()
    {
        var guide = File.ReadAllText(Path.Combine(Docs, "operations.md"));
        var outputs = Outputs().Matches(File.ReadAllText(Path.Combine(Templates.Folder, "main.bicep")))
            .Select(output => output.Groups[1].Value);
        var parameters = Parameters().Matches(File.ReadAllText(Path.Combine(Templates.Folder, "main.parameters.json")))
            .Select(name => name.Groups[1].Value);
        var own = Assignments().Matches(guide).Select(name => name.Groups[1].Value);

        var used = Uses().Matches(guide).Select(name => name.Groups[1].Value).Distinct().ToList();

        Assert.Contains("FUNCTION_APP", used);
        Assert.Empty(used.Where(name => !name.StartsWith("Greenery__", StringComparison.Ordinal)).Except(outputs)
            .Except(parameters).Except(own));
    }

    [Fact]
    public void Its_commands_are_those_of_the_README()
    {
        var known = Commands().Matches(File.ReadAllText(Path.Combine(Repository.Top, "README.md")))
            .Select(command => command.Groups[1].Value);

        var used = Commands().Matches(File.ReadAllText(Path.Combine(Docs, "operations.md")))
            .Select(command => command.Groups[1].Value).ToList();

        Assert.Contains("rollback", used);
        Assert.Empty(used.Except(known));
    }

    [GeneratedRegex(@"(?m)^#{1,4} (.+)$")]
    private static partial Regex Headings();

    [GeneratedRegex(@"(?m)(?:^ *|`)greenery ([a-z]+)\b")]
    private static partial Regex Commands();

    [GeneratedRegex(@"(?m)^output (\w+) ")]
    private static partial Regex Outputs();

    [GeneratedRegex(@"\$\{(\w+)")]
    private static partial Regex Parameters();

    [GeneratedRegex(@"(?m)(?:^\s*|export |for )(\w+)(?:=| in )")]
    private static partial Regex Assignments();

    [GeneratedRegex(@"\$\{?([A-Za-z_]\w*)")]
    private static partial Regex Uses();
}
