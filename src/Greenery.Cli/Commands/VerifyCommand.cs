using System.CommandLine;
using System.Globalization;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Models;
using Greenery.Models.Building;
using Greenery.Presentation;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery verify</c>: are incremental models what a full build would give?</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var models = new Argument<string[]>("model")
        {
            Description = "Models to verify; all incremental ones by default.", Arity = ArgumentArity.ZeroOrMore,
        };
        var sample = new Option<string>("--sample")
        {
            Description = "Share of the keys to verify, such as 1%.", DefaultValueFactory = _ => "100%",
        };
        var command = new Command(
            "verify", "Compare incremental models, as readers see them, with a full computation. Changes nothing.")
        {
            models, sample, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(models) ?? [], parsed.GetValue(sample)!, parsed.CreateTerminal(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string[] names, string sample, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        var percent = ParsePercent(sample);
        var models = Choose(host.Project.Catalogue, names);
        var results = await host.LimitSilenceAsync(
            async token => await new ModelVerifier(await host.WarehouseAsync(token), host.Project.Catalogue)
                .RunAsync(models, percent, 0, token),
            cancellationToken);
        foreach (var result in results)
        {
            terminal.Markup(Describe(result));
            foreach (var key in result.Keys)
            {
                terminal.Markup($"    {Markup.Escape(key)}");
            }
        }
        terminal.Json(results.Select(result => new
        {
            model = result.Model.ToString(), result.Rows, result.Missing, result.Excess, result.Keys, result.Skipped,
        }));
        return results.Any(result => result.Differs) ? CommandLine.Failed
            : names.Length > 0 && results.Any(result => result.Skipped is not null) ? CommandLine.Misused
            : CommandLine.Success;
    }

    private static string Describe(VerifiedModel result) =>
        result.Skipped is { } why ? $"[yellow]not compared[/] {result.Model}: {Markup.Escape(why)}"
        : result.Differs
            ? $"[red]differs[/] {result.Model}: {NumberFormat.Count(result.Missing, "row")} missing, "
                + $"{NumberFormat.Count(result.Excess, "row")} too many, of {NumberFormat.Count(result.Rows, "row")}. "
                + "Run with --full-refresh to build it anew; keys:"
        : $"equal {result.Model}: {NumberFormat.Count(result.Rows, "row")}";

    private static List<Model> Choose(ModelCatalogue catalogue, string[] names)
    {
        var incremental = catalogue.Models
            .Where(model => model.Materialization == Materialization.Incremental).ToList();
        var wrong = names.Where(name => incremental.All(model => model.Name != name && $"{model}" != name)).ToList();
        return wrong.Count == 0
            ? [.. incremental.Where(model =>
                names.Length == 0 || names.Contains(model.Name) || names.Contains($"{model}"))]
            : throw new ConfigurationException("verify", $"'{wrong[0]}' is no incremental model; expected one of "
                + $"{string.Join(", ", incremental.Select(model => model.Name))}.");
    }

    private static decimal ParsePercent(string text) =>
        text.EndsWith('%') && decimal.TryParse(
            text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            && percent is >= 0.001m and <= 100
            ? percent
            : throw new ConfigurationException(
                "--sample", $"'{text}' is no share; expected a percentage from 0.001% to 100%, such as 1%.");
}
