using System.CommandLine;
using System.Globalization;
using Greenery.Cli.Output;
using Greenery.Models.Dbt;
using Greenery.Presentation;
using Greenery.Runs;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery import dbt</c>: a project of dbt as one of Greenery.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var path = new Argument<string>("PATH") { Description = "The folder with dbt_project.yml. It is not changed." };
        var target = new Option<string>("--out")
        {
            Description = "The folder to write; it must be empty or not there yet.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "greenery",
        };
        var dbt = new Command("dbt", "Convert a project of dbt, and list what was left out.") { path, target };
        dbt.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(path), parsed.GetValue(target)!, parsed.CreateTerminal(), cancellationToken));
        return new Command("import", "Convert a project of another tool.") { dbt };
    }

    private static async Task<int> RunAsync(
        string path, string target, Terminal terminal, CancellationToken cancellationToken)
    {
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new ConfigurationException("--out", $"the folder {target} is not empty; expected a new one.");
        }
        var imported = await DbtImport.ReadAsync(path, cancellationToken);
        var sql = Path.Combine(target, "sql");
        foreach (var (file, text) in imported.Files)
        {
            await WriteAsync(
                Path.Combine(sql, file), to => File.WriteAllTextAsync(to, text, cancellationToken));
        }
        var day = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        foreach (var seed in imported.Seeds)
        {
            // As it is: its encoding is the loader's to tell.
            await WriteAsync(
                Path.Combine(target, "drops", day, Path.GetFileName(seed)),
                to => Task.Run(() => File.Copy(seed, to), cancellationToken));
        }
        foreach (var diagnostic in imported.Left)
        {
            terminal.Line($"{diagnostic}");
        }
        var faults = Faults(sql);
        terminal.Line($"{target}: {imported.Models - imported.Unconverted.Count} of "
            + $"{NumberFormat.Count(imported.Models, "model")} converted, "
            + $"{NumberFormat.Count(imported.Seeds.Count, "seed")} "
            + $"as drops. {NumberFormat.Count(faults.Count, "fault")} left in {sql}"
            + (faults.Count == 0 ? "." : "; greenery validate lists them:"));
        foreach (var fault in faults)
        {
            terminal.Line($"    {fault}");
        }
        return CommandLine.Success;
    }

    private static IReadOnlyList<Diagnostic> Faults(string sql)
    {
        try
        {
            Project.Read(sql);
            return [];
        }
        catch (ConfigurationException exception)
        {
            return exception.Diagnostics;
        }
    }

    private static async Task WriteAsync(string path, Func<string, Task> writeAsync)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await writeAsync(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(path, $"cannot be written: {exception.Message}");
        }
    }
}
