using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Models;
using Greenery.Models.UnitTests;
using Greenery.Presentation;
using Greenery.Warehouse;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery test</c>: do the models return what their unit tests expect?</summary>
internal static class TestCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var models = new Argument<string[]>("model")
        {
            Description = "Models to test; all that have unit tests by default.", Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command(
            "test", "Run the unit tests of models, over the rows that they give. Needs no data and changes nothing.")
        {
            models, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(models) ?? [], parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string[] names, Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.Create(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        var tests = Choose(host.Project.Catalogue, names);
        var warehouse = await host.DatabaseAsync(cancellationToken);
        var results = await SilenceLimit.RunAsync(warehouse, SilenceLimit.Usual, async stop =>
        {
            await host.Project.ValidateAsync(warehouse, stop);
            return await new UnitTestRunner(warehouse, host.Project.Catalogue).RunAsync(tests, stop);
        }, cancellationToken);
        UnitTestText.Write(terminal, results);
        terminal.Json(results.Select(result => new
        {
            model = result.Test.Model.ToString(), result.Test.Name, result.Test.Place, result.IsPassed, result.Error,
            result.Difference?.MissingRows, result.Difference?.UnexpectedRows, result.Difference?.Missing,
            result.Difference?.Unexpected, result.Difference?.Changed,
        }));
        return results.All(result => result.IsPassed) ? CommandLine.Success : CommandLine.Failed;
    }

    private static List<UnitTest> Choose(ModelCatalogue catalogue, string[] names)
    {
        var chosen = names.Select(name => catalogue.Named("test", name)).ToList();
        var tested = catalogue.UnitTests.Select(test => $"{test.Model}").ToHashSet(StringComparer.Ordinal);
        if (chosen.Find(model => !tested.Contains($"{model}")) is { } untested)
        {
            throw new ConfigurationException(
                "test", $"'{untested.Name}' has no unit test; expected one of {string.Join(", ", tested)}.");
        }
        return [.. catalogue.UnitTests.Where(test =>
            names.Length == 0 || chosen.Exists(model => model.Name == test.Model.Name))];
    }
}
