using System.CommandLine;
using Greenery.Cli.Diagnosis;
using Greenery.Cli.Output;
using Microsoft.Extensions.Configuration;
using Spectre.Console;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery doctor</c>: is all there that runs need?</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command(
            "doctor", "Look at settings, project, database, drops, reports, channels and disks. Changes nothing.")
            { json };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, CancellationToken cancellationToken)
    {
        var lines = new List<DoctorLine>();
        var configuration = Settings(lines);
        lines.ForEach(line => Show(line, terminal));
        await foreach (var line in new Doctor(configuration, terminal).ExamineAsync(cancellationToken))
        {
            lines.Add(line);
            Show(line, terminal);
        }
        var failed = lines.Count(line => line.Status == DoctorStatus.Failed);
        var warnings = lines.Count(line => line.Status == DoctorStatus.Warning);
        terminal.Line($"{lines.Count} lines: {lines.Count - failed - warnings} ok, {warnings} "
            + $"{(warnings == 1 ? "warning" : "warnings")}, {failed} failed. Nothing was changed.");
        terminal.Json(new
        {
            failed, warnings, lines = lines.Select(line => new { line.Status, line.Subject, line.Text }),
        });
        return ExitCode(lines);
    }

    /// <summary>What is wrong with the configuration comes first: what it leads to may be the infrastructure's fault by
    /// it.</summary>
    public static int ExitCode(IReadOnlyCollection<DoctorLine> lines)
    {
        var failed = lines.Where(line => line.Status == DoctorStatus.Failed).ToList();
        return failed.Count == 0 ? CommandLine.Success
            : failed.Exists(line => line.IsConfiguration) ? CommandLine.Misused : CommandLine.Broken;
    }

    // A settings file that cannot be read is a fault like others: what the environment says is looked at.
    private static IConfigurationRoot Settings(List<DoctorLine> lines)
    {
        try
        {
            return CliServices.Configuration();
        }
        catch (ConfigurationException exception)
        {
            lines.AddRange(exception.Diagnostics.Select(fault => DoctorLine.Failed("setting", fault)));
            return new ConfigurationBuilder().AddEnvironmentVariables().Build();
        }
    }

    private static void Show(DoctorLine line, Terminal terminal)
    {
        var (colour, word) = line.Status switch
        {
            DoctorStatus.Ok => ("green", "ok     "),
            DoctorStatus.Warning => ("yellow", "warning"),
            _ => ("red", "failed "),
        };
        terminal.Markup($"[{colour}]{word}[/] {line.Subject,-14} {Markup.Escape(line.Text.ReplaceLineEndings(" "))}");
    }
}
