using System.CommandLine;
using Greenery.Checks;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Presentation;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery check</c>: are the marts, as readers see them now, right?</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command("check", "Run all checks on what readers see now. Changes nothing.") { json };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        return await host.LimitSilenceAsync(
            stop => ShowAsync(host, terminal, stop), cancellationToken);
    }

    private static async Task<int> ShowAsync(PipelineHost host, Terminal terminal, CancellationToken cancellationToken)
    {
        var runner = new CheckRunner(await host.WarehouseAsync(cancellationToken));
        var results = new List<CheckResult>();
        foreach (var checks in host.Project.Checks.Where(check => check.Source is null).GroupBy(check => check.Model))
        {
            results.AddRange(await runner.RunAsync(CheckTarget.OfReaders(checks.Key), [.. checks], cancellationToken));
        }
        foreach (var result in results.Where(result => result.Status != CheckStatus.Pass))
        {
            terminal.Markup($"[{(result.StopsRun ? "red" : "yellow")}]{Describe(result.Status)}[/] "
                + $"{Markup.Escape(result.Message)}");
        }
        var counts = results.GroupBy(result => result.Status).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {Describe(group.Key)}");
        terminal.Line($"{NumberFormat.Count(results.Count, "check")}: {string.Join(", ", counts)}.");
        terminal.Json(results.Select(result => new
        {
            result.Check.Id, result.Status, rowsLookedAt = result.LookedAt, rowsFailing = result.Failing,
            result.Message, failingRows = result.Offenders,
        }));
        return results.Any(result => result.StopsRun) ? 1 : CommandLine.Success;
    }

    private static string Describe(CheckStatus status) => status switch
    {
        CheckStatus.Pass => "passed",
        CheckStatus.Warn => "warned",
        CheckStatus.Fail => "failed",
        CheckStatus.Error => "could not be evaluated",
        _ => "not evaluated",
    };
}
