using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Cli.Upgrading;
using Greenery.Hosting;
using Greenery.Presentation;
using Greenery.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery upgrade</c>: what to do after the program was upgraded.</summary>
internal static class UpgradeCommand
{
    private static readonly Version Oldest = new(0, 0);

    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command(
            "upgrade", "Say what this version asks of a project that an earlier one ran. Changes nothing.")
        {
            json,
        };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, CancellationToken cancellationToken)
    {
        await using var services = CliServices.CreateReadOnly(terminal);
        var host = services.GetRequiredService<PipelineHost>();
        var warehouse = await host.DatabaseAsync(cancellationToken);
        await ProjectIdentity.VerifyAsync(warehouse, host.Project, cancellationToken);
        var state = await UpgradeState.ReadAsync(warehouse, cancellationToken);
        var notes = state.Last is null
            ? [] : UpgradeNotes.Since(UpgradeNotes.All, ProgramVersion.Parse(state.Last) ?? Oldest);
        Print(terminal, state, notes);
        terminal.Json(new
        {
            program = ProgramVersion.Current, state.Last, pendingMigrations = state.Pending,
            notes = notes.Select(note => new { version = note.Version?.ToString(), note.Text }),
        });
        return CommandLine.Success;
    }

    private static void Print(Terminal terminal, UpgradeState state, IReadOnlyList<UpgradeNote> notes)
    {
        terminal.Line(state.Last is null
            ? $"This is Greenery {ProgramVersion.Current}. There was no run yet: nothing is to be upgraded."
            : $"This is Greenery {ProgramVersion.Current}; the last run was by {state.Last}.");
        foreach (var version in notes.GroupBy(note => note.Version))
        {
            terminal.Line();
            terminal.Line(version.Key is { } number ? $"{number}:" : "Not released yet:");
            foreach (var note in version)
            {
                terminal.Line($"- {note.Text}");
            }
        }
        if (state.Last is not null && notes.Count == 0)
        {
            terminal.Line("No version since asks for anything.");
        }
        if (state.Pending.Count > 0)
        {
            terminal.Line();
            terminal.Line($"The ops schema lacks {NumberFormat.Count(state.Pending.Count, "migration")} from "
                + $"{state.Pending[0]} on. Run 'greenery migrate'; the next run does it as well.");
        }
    }
}
