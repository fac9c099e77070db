using Greenery.Presentation;
using Greenery.Staging.Quarantine;
using Spectre.Console;

namespace Greenery.Cli.Output;

/// <summary>
/// Prints what is in quarantine: the drop, and below it what is wrong, with the first row of each kind.
/// </summary>
internal sealed class QuarantineList(Terminal terminal)
{
    private const int RawShown = 140;

    public void Print(IReadOnlyList<QuarantineGroup> groups)
    {
        if (groups.Count == 0)
        {
            terminal.Line("There is nothing in quarantine.");
            return;
        }
        foreach (var drop in groups.GroupBy(group => group.Path))
        {
            terminal.Markup($"[bold]{Markup.Escape(drop.Key)}[/] ({drop.First().Table}): "
                + $"[yellow]{NumberFormat.Count(drop.Sum(group => group.Rows), "row")}[/]");
            foreach (var group in drop)
            {
                Print(group);
            }
        }
        terminal.Line();
        terminal.Line($"{NumberFormat.Count(groups.Sum(group => group.Rows), "row")} in ops.quarantine. Upload the "
            + "drop corrected, or change the contract and run 'greenery quarantine replay'.");
    }

    private void Print(QuarantineGroup group)
    {
        var column = group.Column is null ? "" : $"{group.Column}: ";
        terminal.Line($"  {NumberFormat.Count(group.Rows, "row")}, rule {group.Rule}; line {group.Line}: {column}"
            + $"{group.Message}");
        if (group.Raw is { } raw)
        {
            terminal.Line($"       {(raw.Length > RawShown ? raw[..RawShown] + " ..." : raw)}");
        }
    }
}
