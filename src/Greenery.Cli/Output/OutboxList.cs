using System.Globalization;
using Greenery.Alerts.Incidents;
using Greenery.Alerts.Outbox;
using Greenery.Presentation;
using Spectre.Console;

namespace Greenery.Cli.Output;

/// <summary>Prints open incidents and messages that are not delivered yet.</summary>
internal sealed class OutboxList(Terminal terminal)
{
    /// <summary>Hosts send at least once an hour.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromHours(2);

    public void PrintOpen(IReadOnlyList<Incident> open, DateTime now)
    {
        terminal.Line(open.Count == 0 ? "Nothing is open."
            : $"{NumberFormat.Count(open.Count, "problem")} open, the oldest first:");
        foreach (var state in open)
        {
            var colour = state.Level == IncidentSeverity.Warn ? "yellow" : "red";
            var age = DurationText.Describe(now - (state.OpenedAt ?? now));
            var word = state.Level == IncidentSeverity.Warn ? "warns" : "FAILS";
            terminal.Markup($"  [{colour}]{word}[/] {Markup.Escape($"{state.Subject}, for {age}: {state.Message}")}");
        }
    }

    public void PrintUndelivered(IReadOnlyList<OutboxLine> lines)
    {
        terminal.Line(lines.Count == 0 ? "No message waits."
            : $"{NumberFormat.Count(lines.Count, "message")} not delivered:");
        Print(lines);
    }

    /// <summary>
    /// What went wrong only: a message that waits for the end of quiet hours is in order, one that was due hours ago is
    /// not: no host could try it.
    /// </summary>
    public void PrintTroubles(IReadOnlyList<OutboxLine> lines, DateTime now)
    {
        var troubles = lines.Where(line => line.LastError is not null || line.NextTryAt < now - Overdue).ToList();
        if (troubles.Count == 0)
        {
            return;
        }
        terminal.Line();
        var isAgain = troubles.Exists(line => line.State != OutboxState.Waiting) ? " --again" : "";
        terminal.Markup($"[bold]Messages[/] [red]{NumberFormat.Count(troubles.Count)} not delivered[/] ('greenery "
            + $"alerts send{isAgain}' tries again)");
        Print(troubles);
    }

    private void Print(IEnumerable<OutboxLine> lines)
    {
        foreach (var line in lines)
        {
            var state = line.State switch
            {
                OutboxState.Refused => "[red]refused[/]",
                OutboxState.GivenUp => "[red]given up[/]",
                _ => "[yellow]waits[/]",
            };
            var next = line.State != OutboxState.Waiting ? ""
                : $", next try {line.NextTryAt.ToString("u", CultureInfo.InvariantCulture)}";
            var error = line.LastError is null ? "" : $": {line.LastError}";
            var words = $"{line.Channel} to {line.Address}: \"{line.Title}\", "
                + $"{NumberFormat.Count(line.Attempts, "attempt")}{next}{error}";
            terminal.Markup($"  {state} {Markup.Escape(words)}");
        }
    }
}
