using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Workshop;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery diff</c>: what is different in a model's rows between two runs?</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var models = new Argument<string[]>("model")
        {
            Description = "Models to compare; all by default.", Arity = ArgumentArity.ZeroOrMore,
        };
        var runs = new Option<long[]>("--run")
        {
            Description = "Given twice: from this run to that one. Once: this run and what readers see. Without it: "
                + "the version that readers see and the one before it.",
            HelpName = "RUN",
        };
        runs.Validators.Add(result =>
        {
            if (result.Tokens.Count > 2)
            {
                result.AddError($"--run is given {result.Tokens.Count} times; expected two runs at most.");
            }
        });
        var command = new Command(
            "diff",
            "Show which rows of models differ between two runs whose versions are kept: added, removed, and changed by "
                + "key. Changes nothing.")
        {
            models, runs, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(models) ?? [], parsed.GetValue(runs) ?? [], parsed.CreateTerminal(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string[] names, long[] runs, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.CreateReadOnly(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        var catalogue = host.Project.Catalogue;
        var models = names.Length == 0 ? catalogue.Models
            : [.. names.Select(name => catalogue.Named("diff", name)).Distinct()];
        var results = await host.LimitSilenceAsync(
            async stop => await new VersionDiff(await host.WarehouseAsync(stop), catalogue)
                .RunAsync(models, runs, stop),
            cancellationToken);
        DiffText.Write(terminal, results, isAll: names.Length == 0);
        terminal.Json(results);
        return names.Length > 0 && results.Any(result => result.Skipped is not null)
            ? CommandLine.Misused : CommandLine.Success;
    }
}
