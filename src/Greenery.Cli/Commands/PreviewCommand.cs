using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Models;
using Greenery.Workshop;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery preview</c>: what does a model's select return now?</summary>
internal static class PreviewCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var model = new Argument<string>("model") { Description = "The model: dim_users, or core.dim_users." };
        var limit = new Option<int>("--limit")
        {
            Description = $"The most rows, up to {ModelPreview.MostRows}.", HelpName = "N",
            DefaultValueFactory = _ => ModelPreview.UsualLimit,
        };
        limit.Validators.Add(result =>
        {
            var found = result.GetValueOrDefault<int>();
            if (found is < 1 or > ModelPreview.MostRows)
            {
                result.AddError($"--limit is {found}; expected 1 to {ModelPreview.MostRows} rows.");
            }
        });
        var sql = new Option<bool>("--sql") { Description = "Print the statement instead; needs no database." };
        var command = new Command(
            "preview",
            "Show the first rows that a model's select returns, from staging and from what readers see. Changes "
                + "nothing.")
        {
            model, limit, sql, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(model), parsed.GetValue(limit), parsed.GetValue(sql),
            parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string name, int limit, bool isSql, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.CreateReadOnly(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        var model = host.Project.Catalogue.Named("preview", name);
        if (isSql)
        {
            ShowStatement(model, limit, terminal);
            return CommandLine.Success;
        }
        var rows = await host.LimitSilenceAsync(
            async stop => await new ModelPreview(await host.WarehouseAsync(stop), host.Project.Catalogue)
                .RunAsync(model, limit, stop),
            cancellationToken);
        PreviewText.Write(terminal, model, rows, limit);
        terminal.Json(PreviewText.Objects(rows));
        return CommandLine.Success;
    }

    private static void ShowStatement(Model model, int limit, Terminal terminal)
    {
        var (path, statement) = (ModelPreview.SearchPath(model), ModelPreview.Statement(model, limit));
        foreach (var line in (string[])["begin read only;", $"{path};", $"{statement};", "rollback;"])
        {
            terminal.Line(line);
        }
        terminal.Json(new { model = $"{model}", searchPath = path, sql = statement });
    }
}
