using Greenery.Checks;
using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Presentation;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Staging;
using Spectre.Console;

namespace Greenery.Cli.Output;

/// <summary>Prints what a run did: the verdict first, then what went into it.</summary>
internal sealed class RunSummary(Terminal terminal, IReadOnlyList<Metric> metrics)
{
    private const int ExamplesShown = 8;

    /// <summary>Loads, notes and checks only, for who has shown the rest.</summary>
    public void PrintDetails(RunReport report)
    {
        PrintMessages(report);
        PrintLoads(report);
        PrintQuarantine(report);
        PrintChecks(report);
    }

    public void Print(RunReport report)
    {
        terminal.Line();
        terminal.Markup(StatusLine(report));
        PrintMessages(report);
        PrintLoads(report);
        PrintQuarantine(report);
        PrintModels(report);
        PrintChecks(report);
        PrintMetrics(report);
        PrintNext(report);
    }

    // Who tries a change wants to see what it does, and then to show it to readers.
    private void PrintNext(RunReport report)
    {
        if (report.State != RunState.Tried)
        {
            return;
        }
        terminal.Line();
        terminal.Markup("[bold]Next[/]");
        terminal.Line($"  greenery diff --run {report.RunId}   what is different from what readers see");
        terminal.Line($"  greenery publish {report.RunId}      show it to readers");
        terminal.Line(report.Environment is { } environment
            ? $"  Any SQL tool finds its models in schemas {Schemas(report, environment)}."
            : $"  Any SQL tool finds its models in schema run_{report.RunId}.");
    }

    private static string Schemas(RunReport report, string environment) => string.Join(
        ", ", report.Models.Where(model => !model.IsNotSelected).Select(model => model.Mart).Distinct()
            .Select(EnvironmentName.Parse(environment, "--env").SchemaOf));

    /// <summary>Number, business date, end and time of a run, in markup.</summary>
    public static string StatusLine(RunReport report)
    {
        var colour = report.State switch
        {
            RunState.Published when report.IsPartial => "yellow",
            RunState.Published or RunState.Unchanged or RunState.Tried => "green",
            RunState.Running or RunState.RolledBack => "yellow",
            _ => "red",
        };
        var text = RunStateText.Describe(report.State, report.IsPartial)
            .Replace("not published", "NOT published", StringComparison.Ordinal);
        var took = report.FinishedAt is { } end ? $" in {NumberFormat.Duration(end - report.StartedAt)}" : "";
        return $"[bold]Run {report.RunId}[/], business date {report.BusinessDate:yyyy-MM-dd}: [bold {colour}]"
            + $"{text}[/]{took}";
    }

    private void PrintMessages(RunReport report)
    {
        foreach (var line in report.Message?.Split('\n') ?? [])
        {
            terminal.Line($"  {line}");
        }
        if (report.Drops.Count(drop => drop.Outcome == LoadOutcome.SameContent) is > 0 and var same)
        {
            terminal.Markup($"  [yellow]note[/] {NumberFormat.Count(same, "drop")} written again with the content "
                + $"that was loaded before");
        }
        var noted = report.Drops.Where(drop => drop.Outcome == LoadOutcome.Loaded);
        foreach (var (drop, others) in NoteKind.Group(
            noted, drop => (drop.Table, NoteKind.Of(drop.Message), drop.IsOverWarning)))
        {
            var over = drop.IsOverWarning ? "more bad rows than the contract's warning allows" : null;
            var note = string.Join("; ", new[] { drop.Message, over }.OfType<string>());
            terminal.Markup($"  [yellow]note[/] {Markup.Escape($"{drop.Path}: {note}{NoteKind.Others(others)}")}");
        }
        foreach (var note in report.Loads.SelectMany(LoadNotes.Of).Concat(report.Notes))
        {
            terminal.Markup($"  [yellow]note[/] {Markup.Escape(note)}");
        }
    }

    private void PrintLoads(RunReport report)
    {
        if (report.Loads.Count == 0)
        {
            return;
        }
        var table = Plain("Loaded", "drops", "rows", "inserted", "updated", "unchanged", "superseded", "quarantined");
        foreach (var load in report.Loads)
        {
            table.AddRow([load.Table, .. new[]
            {
                load.Drops, load.Rows, load.Inserted, load.Updated, load.Unchanged, load.Superseded, load.Quarantined,
            }.Select(NumberFormat.Count)]);
        }
        Print(table);
    }

    private void PrintQuarantine(RunReport report)
    {
        if (report.Quarantine.Count == 0)
        {
            return;
        }
        terminal.Line();
        terminal.Markup($"[bold]Quarantined[/] [yellow]"
            + $"{NumberFormat.Count(report.Quarantine.Sum(line => line.Rows), "row")}[/] (all in ops.quarantine)");
        foreach (var line in report.Quarantine.Take(ExamplesShown))
        {
            var others = line.Rows > 1 ? $" (and {line.Rows - 1} more like it)" : "";
            var column = line.Column is null ? "" : $"{line.Column}: ";
            terminal.Line($"  {line.Path}:{line.Line} {column}{line.Message}{others}");
        }
    }

    private void PrintModels(RunReport report)
    {
        // Of the models that are not tried there is nothing to tell.
        var models = report.Models.Where(model => !model.IsNotSelected).ToList();
        if (models.Count == 0)
        {
            return;
        }
        var table = Plain("Models", "rows", "").AddColumn("");
        foreach (var model in models)
        {
            table.AddRow(
                Markup.Escape($"{model.Mart}.{model.Model}"),
                model.Rows is { } rows ? (model.IsIncremental ? "+" : "") + NumberFormat.Count(rows) : "-",
                model.Action == ModelAction.Build ? "built"
                    : report.HeldModels.Contains($"{model.Mart}.{model.Model}") ? "kept" : "reused",
                Markup.Escape(model.Reason));
        }
        Print(table);
    }

    private void PrintChecks(RunReport report)
    {
        if (report.Checks.Count == 0)
        {
            return;
        }
        var counts = report.Checks.GroupBy(check => check.Status)
            .Select(group => $"{NumberFormat.Count(group.Count())} {Word(group.Key)}");
        terminal.Line();
        terminal.Markup(
            $"[bold]Checked[/] {NumberFormat.Count(report.Checks.Count, "check")}: {string.Join(", ", counts)}");
        foreach (var check in report.Checks.Where(check =>
            check.Status is CheckStatus.Error or CheckStatus.Fail or CheckStatus.Warn))
        {
            var colour = check.Status == CheckStatus.Warn ? "yellow" : "red";
            terminal.Markup($"  [{colour}]{Word(check.Status)}[/] {Markup.Escape(check.Message)} [grey]("
                + $"{Markup.Escape(check.Id)})[/]");
            foreach (var row in check.FailingRows.Take(3))
            {
                terminal.Line($"       {row}");
            }
        }
        if (report.State == RunState.ChecksFailed)
        {
            terminal.Line($"  Readers still see what was published before. Look at the rows: select * from "
                + $"ops.failing_row where run_id = {report.RunId};");
            terminal.Line(report.StartedBy == RunTrigger.Try
                ? $"  What was tried is in schema run_{report.RunId}; 'greenery diff --run {report.RunId}' compares it."
                : $"  This run's models stay in schema run_{report.RunId} until the next run.");
            if (report.Environment is { } environment)
            {
                terminal.Line($"  Environment {environment} shows what it showed before.");
            }
        }
    }

    private void PrintMetrics(RunReport report)
    {
        if (report.Metrics.Count == 0)
        {
            return;
        }
        var hasPast = report.Metrics.Any(line => line.DayBefore is not null);
        var hasWeek = report.Metrics.Any(line => line.WeekBefore is not null);
        var table = Plain("Key figures",
            ["", .. hasPast ? ["since the day before"] : Array.Empty<string>(), .. hasWeek ? ["since last week"]
            : Array.Empty<string>()]);
        var byName = report.Metrics.ToDictionary(line => line.Metric, StringComparer.Ordinal);
        foreach (var metric in metrics.Where(metric => byName.ContainsKey(metric.Name)))
        {
            var line = byName[metric.Name];
            string[] changes =
                [.. hasPast ? [NumberFormat.Change(line.Value, line.DayBefore, metric)] : Array.Empty<string>(),
                .. hasWeek ? [NumberFormat.Change(line.Value, line.WeekBefore, metric)] : Array.Empty<string>()];
            table.AddRow([Markup.Escape(metric.Title), Markup.Escape(line.Error ?? NumberFormat.Of(line.Value, metric)),
                .. changes]);
        }
        Print(table);
    }

    private void Print(Table table)
    {
        terminal.Line();
        terminal.People.Write(table);
    }

    /// <summary>A table without lines; all columns but the first are of numbers.</summary>
    public static Table Plain(string title, params string[] numbers)
    {
        var table = new Table { Border = TableBorder.None, UseSafeBorder = true };
        table.AddColumn(new TableColumn($"[bold]{title}[/]").NoWrap().PadRight(3));
        foreach (var number in numbers)
        {
            table.AddColumn(new TableColumn($"[grey]{number}[/]").RightAligned().NoWrap());
        }
        return table;
    }

    private static string Word(CheckStatus status) => status switch
    {
        CheckStatus.Pass => "passed",
        CheckStatus.Warn => "warned",
        CheckStatus.Fail => "FAILED",
        CheckStatus.Error => "BROKEN",
        _ => "not evaluated",
    };
}
