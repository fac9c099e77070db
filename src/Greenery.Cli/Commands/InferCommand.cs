using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Staging.Inference;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery infer</c>: a first contract from files.</summary>
internal static class InferCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Files with rows: CSV, JSON, NDJSON, Excel or Parquet, each perhaps gzip.",
            Arity = ArgumentArity.OneOrMore,
        };
        var target = new Option<string?>("--out")
        {
            Description = "The file to write; it must not be there yet. Without it, the contract is printed.",
            HelpName = "FILE",
        };
        var command = new Command(
            "infer", "Write a first contract (sources.yml) from files: types, keys, delimiter, encoding.")
        {
            files, target,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(files), parsed.GetValue(target), parsed.CreateTerminal(), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string[] files, string? target, Terminal terminal, CancellationToken cancellationToken)
    {
        if (target is not null && File.Exists(target))
        {
            throw new ConfigurationException(
                target, "is there already; expected a new file. A contract that people have edited is not replaced.");
        }
        var contract = await ContractInference.InferAsync(files, cancellationToken);
        if (target is null)
        {
            terminal.Line(contract.TrimEnd('\n'));
            return CommandLine.Success;
        }
        try
        {
            await File.WriteAllTextAsync(target, contract, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(target, $"cannot be written: {exception.Message}");
        }
        terminal.Line($"{target}: written. Look at the comments that begin with 'unsure', then greenery validate.");
        return CommandLine.Success;
    }
}
