using Greenery.Models.UnitTests;
using Greenery.Presentation;
using Spectre.Console;

namespace Greenery.Cli.Output;

/// <summary>Results of unit tests for people: what failed with its rows, and how many there are.</summary>
internal static class UnitTestText
{
    public static void Write(Terminal terminal, IReadOnlyList<UnitTestResult> results)
    {
        foreach (var result in results.Where(result => !result.IsPassed))
        {
            terminal.Markup($"[red]FAILED[/] {Markup.Escape($"{result.Test} ({result.Test.Place})")}");
            if (result.Test.Description.Length > 0)
            {
                terminal.Line($"    {result.Test.Description}");
            }
            foreach (var line in Lines(result))
            {
                terminal.Line($"    {line}");
            }
        }
        var failed = results.Count(result => !result.IsPassed);
        var models = results.Select(result => result.Test.Model.Name).Distinct().Count();
        terminal.Line($"{NumberFormat.Count(results.Count, "unit test")} of {NumberFormat.Count(models, "model")}: "
            + $"{results.Count - failed} passed{(failed == 0 ? "" : $", {failed} failed")}.");
    }

    private static IEnumerable<string> Lines(UnitTestResult result)
    {
        if (result.Difference is not { } difference)
        {
            return [$"error       {result.Error}"];
        }
        var (expected, found) = (
            difference.Missing.Count + difference.Changed.Count,
            difference.Unexpected.Count + difference.Changed.Count);
        return
        [
            .. difference.Changed.Select(row => $"differs     {row.Row}: {string.Join("; ", row.Values.Select(value =>
                $"{value.Column} is {value.Found}, expected {value.Expected}"))}"),
            .. difference.Missing.Select(row => $"missing     {row}"),
            .. difference.Unexpected.Select(row => $"unexpected  {row}"),
            .. More("missing", difference.MissingRows - expected),
            .. More("unexpected", difference.UnexpectedRows - found),
        ];
    }

    private static IEnumerable<string> More(string kind, long rows) =>
        rows > 0 ? [$"{kind,-12}{NumberFormat.Count(rows, "row")} more"] : [];
}
