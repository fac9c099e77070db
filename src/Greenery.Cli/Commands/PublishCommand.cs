using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery publish</c>: shows readers what was tried.</summary>
internal static class PublishCommand
{
    public static Command Create()
    {
        var run = new Argument<long>("run")
        {
            Description = "The number of the run that tried it (greenery run --no-publish).",
            CustomParser = Parse,
        };
        var json = CommonOptions.Json();
        var command = new Command(
            "publish",
            "Publish what a run has tried, if it would be built the same now and its checks still pass. Loads and "
                + "builds nothing; all other models stay as readers see them.")
        {
            run, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(run), parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static long Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var run))
        {
            result.AddError($"'{text}' is no run; expected the number of a run that tried models.");
        }
        return run;
    }

    private static async Task<int> RunAsync(long run, Terminal terminal, CancellationToken cancellationToken)
    {
        using var telemetry = CliTelemetry.Start();
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        var (exitCode, result) = await RunCommand.RunAsync(
            host, (pipeline, progress) => pipeline.PublishAsync(run, progress, cancellationToken), terminal,
            cancellationToken);
        terminal.Json(result);
        return exitCode;
    }
}
