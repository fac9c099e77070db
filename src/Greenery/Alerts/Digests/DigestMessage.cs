using System.Globalization;
using Greenery.Alerts.Incidents;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using Greenery.Models;
using Greenery.Presentation;
using Greenery.Publishing;
using Greenery.Runs;

namespace Greenery.Alerts.Digests;

/// <summary>
/// Writes one person's digest of a business date: first how the business does, then what needs the person, then what
/// moved, and, for who owns data, what was loaded and built.
/// </summary>
internal sealed class DigestMessage(Project project, Router router, DigestData data)
{
    private readonly DigestNeeds _needs = new(project, router, data);
    private readonly DigestTables _tables = new(project, data);

    public Message Write(DigestAudience interest)
    {
        var figures = new DigestFigures(
            [.. project.Metrics.Where(metric => metric.IsDaily && interest.Has(metric))], data.Periods);
        var needs = _needs.Of(interest);
        var others = _needs.OthersOpen(interest);
        return new Message(
            Guid.CreateVersion7(data.Now).ToString("n"),
            router.Settings.Local.At(data.Now),
            MessageSeverity.Plain,
            Title(figures, needs.Count, others),
            [
                .. figures.Lead() is { } lead ? [new Block.Paragraph(lead)] : Array.Empty<Block>(),
                .. Status(),
                .. figures.Table(),
                .. Needs(needs, others),
                .. interest.Has(project.Catalogue, ReportSection.Movers) ? _tables.Movers() : [],
                .. data.Shop.Faults.Where(fault => interest.Has(fault.Model.Name)).Select(fault => new Block.Paragraph(
                    $"What {fault.Model} says is missing here: {fault.Reason}.")),
                .. KeyFigures(interest),
                .. interest.OwnsData ? [Facts(), .. _tables.Loads(interest), .. _tables.Slowest(interest)]
                    : Array.Empty<Block>(),
            ],
            new AlertLinks(router.Settings.Url, router.Settings.Signer).To(data.Run.RunId, data.Now));
    }

    // The news first; a run that published is none.
    private string Title(DigestFigures figures, int needs, int others)
    {
        var isPlain = data.Run.State is RunState.Published or RunState.Unchanged && !data.Run.IsPartial;
        var news = isPlain && figures.Headline() is { } headline ? headline
            : RunStateText.Describe(data.Run.State, data.Run.IsPartial);
        var open = needs > 0 ? $"{needs} {(needs == 1 ? "thing needs" : "things need")} you"
            : others > 0 ? "nothing needs you" : "nothing open";
        return string.Create(CultureInfo.InvariantCulture, $"Data of {data.Run.BusinessDate:yyyy-MM-dd}: {news}, "
            + $"{open}");
    }

    private IEnumerable<Block> Status()
    {
        if (data.Run.State is RunState.ChecksFailed or RunState.Failed or RunState.Refused or RunState.Cancelled)
        {
            yield return new Block.Paragraph(
                $"Nothing new was published. Readers see {data.Readers?.ToString() ?? "nothing yet"}.");
        }
        if (data.Run.IsPartial)
        {
            yield return new Block.Paragraph("A drop was refused." + (data.Run.HeldModels.Count == 0 ? ""
                : $" Not updated: {string.Join(", ", data.Run.HeldModels)}."));
        }
    }

    private static IEnumerable<Block> Needs(IReadOnlyList<MessageProblem> needs, int others)
    {
        if (needs.Count > 0)
        {
            yield return new Block.Problems("Needs you", needs);
        }
        if (needs.Count == 0 || others > 0)
        {
            yield return new Block.Paragraph(
                (needs.Count == 0 ? others == 0 ? "Nothing is open." : "Nothing needs you. " : "")
                + (others == 0 ? "" : $"{NumberFormat.Count(others, "problem")} of others "
                    + $"{(others == 1 ? "is" : "are")} open; the report lists them."));
        }
    }

    private IEnumerable<Block> KeyFigures(DigestAudience interest)
    {
        // Of a first day there is no trend yet; the table above has its values.
        var trends = project.Metrics.Where(interest.Has)
            .Where(metric => !metric.IsDaily || data.History[metric.Name].Skip(1).Any())
            .Select(metric => DigestTrends.Of(metric, data.History[metric.Name], data.Run.BusinessDate)).OfType<Trend>()
            .ToList();
        return trends.Count == 0 ? [] : [new Block.Trends("Key figures over all days", trends)];
    }

    private Block.Facts Facts() => new(
    [
        new Fact("Data as of", data.Readers is { } seen ? Date(seen.BusinessDate) : "nothing published yet"),
        new Fact("Last run", $"{data.Run.RunId}, {RunStateText.Describe(data.Run.State, data.Run.IsPartial)}"),
        new Fact("Ended", data.Run.FinishedAt is { } end ? LocalText(end) : "-"),
    ]);

    private string LocalText(DateTime utc) =>
        $"{router.Settings.Local.Of(utc).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} ("
            + $"{router.Settings.Local.Zone.Id})";

    private static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
