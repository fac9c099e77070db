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

    [Fact]
    public void A_deployment_from_GitHub_may_give_only_the_roles_that_the_templates_give()
    {
        var given = Ids().Matches(File.ReadAllText(Path.Combine(Templates.Folder, "rbac.bicep")))
            .Select(id => id.Value).Order();
        var guide = File.ReadAllText(Path.Combine(Docs, "operations.md"));

        Assert.Equal(given, Ids().Matches(guide).Select(id => id.Value).Order());
        Assert.Contains("Microsoft.Authorization/roleAssignments/delete", guide, StringComparison.Ordinal);
    }

    [Fact]
    public void Switches_of_the_page_of_costs_are_there_and_each_of_its_sources_is_named()
    {
        var page = File.ReadAllText(Path.Combine(Docs, "costs.md"));
        var parameters = Parameters().Matches(File.ReadAllText(Path.Combine(Templates.Folder, "main.parameters.json")))
            .Select(name => name.Groups[1].Value).Append("DATABASE_ID");
        var rows = page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).ToList();
        var letters = rows.Select(row => row.Trim('|', ' ').Split('|')[^1]).SelectMany(cell => cell.Split(','))
            .Select(cell => cell.Trim()).Where(cell => cell.Length == 1 && char.IsLetter(cell[0])).Distinct().Order();

        Assert.Empty(Switches().Matches(page).Select(name => name.Groups[1].Value).Except(parameters));
        Assert.Equal(["a", "b", "c", "d", "e", "f", "g", "h", "i", "k"], letters);
        Assert.All(letters, letter => Assert.Matches($@"(?m)(?:^- |\. |^  ){letter}: ", page));
        Assert.Contains("read on ", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_costs_counts_what_the_templates_make()
    {
        var page = File.ReadAllText(Path.Combine(Docs, "costs.md"));
        var plain = await Templates.PlainAsync();
        string[] words = ["none", "one", "two", "three", "four", "five", "six", "seven"];

        foreach (var (type, name) in new[]
        {
            ("Microsoft.Network/privateEndpoints", "private endpoints"),
            ("Microsoft.Network/privateDnsZones", "private DNS zones"),
            ("Microsoft.Insights/scheduledQueryRules", "log alerts"),
            ("Microsoft.Insights/metricAlerts", "metric alerts"),
        })
        {
            Assert.Contains($"| {words[plain.Of(type).Count]} {name} |", page, StringComparison.Ordinal);
        }
        var rules = plain.Of("Microsoft.Insights/scheduledQueryRules");
        var often = rules.Count(rule =>
            rule.GetProperty("properties").GetProperty("evaluationFrequency").GetString() == "PT5M");
        Assert.Contains(
            $"| {often} × 1.50 (every 5 minutes) + {rules.Count - often} × 0.50", page, StringComparison.Ordinal);
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

    [GeneratedRegex(@"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Ids();

    [GeneratedRegex(@"`\$?([A-Z]+(?:_[A-Z]+)+)\b")]
    private static partial Regex Switches();
}
