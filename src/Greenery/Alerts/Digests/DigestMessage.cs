using System.Globalization;
using Greenery.Alerts.Incidents;
using Greenery.Alerts.Messages;
using Greenery.Alerts.Routing;
using Greenery.Presentation;
using Greenery.Runs;

namespace Greenery.Alerts.Digests;

/// <summary>Writes one person's digest of a business date.</summary>
internal sealed class DigestMessage(Project project, Router router, DigestData data)
{
    private const int ModelsShown = 5;

    public Message Write(DigestAudience interest)
    {
        var open = data.Open.Where(state => Concerns(state, interest)).ToList();
        return new Message(
            Guid.CreateVersion7(data.Now).ToString("n"),
            router.Settings.Local.At(data.Now),
            MessageSeverity.Plain,
            string.Create(CultureInfo.InvariantCulture,
                $"Data of {data.Run.BusinessDate:yyyy-MM-dd}: ")
                + $"{RunStateText.Describe(data.Run.State, data.Run.IsPartial)}, "
                + (open.Count == 0 ? "nothing open" : $"{NumberFormat.Count(open.Count, "problem")} open"),
            [.. Head(), .. Loads(interest), .. KeyFigures(interest), .. Open(open), .. Slowest(interest)],
            new AlertLinks(router.Settings.Url, router.Settings.Signer).To(data.Run.RunId, data.Now));
    }

    private IEnumerable<Block> Head()
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
        yield return new Block.Facts(
        [
            new Fact("Data as of", data.Readers is { } seen ? Date(seen.BusinessDate) : "nothing published yet"),
            new Fact("Last run", $"{data.Run.RunId}, {RunStateText.Describe(data.Run.State, data.Run.IsPartial)}"),
            new Fact("Ended", data.Run.FinishedAt is { } end ? LocalText(end) : "-"),
        ]);
    }

    private IEnumerable<Block> Loads(DigestAudience interest)
    {
        var byTable = data.Loads.ToDictionary(load => load.Table, StringComparer.Ordinal);
        var rows = project.Catalogue.Sources.Select(table => table.Name).Where(interest.Has)
            .Select(name => Row(name, byTable.GetValueOrDefault(name))).ToList();
        return rows.Count == 0 ? []
            : [new Block.Table("Rows loaded", ["Table", "Rows", "New or changed", "Quarantined"], [1, 2, 3], rows)];
    }

    private static string[] Row(string table, LoadLine? load) => load is null
        ? [table, "no drop", "", ""]
        : [table, NumberFormat.Count(load.Rows), NumberFormat.Count(load.Inserted + load.Updated),
        NumberFormat.Count(load.Quarantined)];

    private IEnumerable<Block> KeyFigures(DigestAudience interest)
    {
        var trends = project.Metrics.Where(interest.Has)
            .Select(metric => DigestTrends.Of(metric, data.History[metric.Name], data.Run.BusinessDate)).OfType<Trend>()
            .ToList();
        return trends.Count == 0 ? [] : [new Block.Trends("Key figures", trends)];
    }

    private IEnumerable<Block> Open(List<Incident> open) => open.Count == 0
        ? [new Block.Paragraph("Nothing is open.")]
        : [new Block.Problems("Open, the oldest first", [.. open.Select(Problem)])];

    private MessageProblem Problem(Incident state) => new(
        IncidentKeys.Describe(state.Subject, state.Kind, null),
        state.Level == IncidentSeverity.Warn ? MessageSeverity.Warning : MessageSeverity.Error,
        router.OwnerOf(state.Subject),
        state.Message,
        state.RowsFailing,
        null,
        $"open for {DurationText.Describe(data.Now - (state.OpenedAt ?? data.Now))}"
            + IncidentEventText.Since(state.OpenedAt ?? data.Now, data.Now, router.Settings.Local))
    {
        Why = router.Find(state.Subject)?.Description ?? "",
    };

    private IEnumerable<Block> Slowest(DigestAudience interest)
    {
        var builds = data.Builds.Where(build => interest.Has(build.Model)).ToList();
        return builds.Count == 0 ? [] :
        [
            new Block.Table(
                "Slowest models",
                ["Model", "Took", "Rows"],
                [1, 2],
                [.. builds.Take(ModelsShown).Select(build => new[]
                {
                    $"{build.Mart}.{build.Model}", NumberFormat.Duration(TimeSpan.FromSeconds(build.Seconds)),
                    build.Rows is { } rows ? NumberFormat.Count(rows) : "-",
                })],
                Math.Max(0, builds.Count - ModelsShown)),
        ];
    }

    // The run, the SLA and the channels belong to no model: they concern every recipient that is notified of them.
    private bool Concerns(Incident state, DigestAudience interest) =>
        interest.IsAll || router.Of(state.Subject)
            .Any(recipient => recipient.Destination == interest.Recipient.Destination);

    private string LocalText(DateTime utc) =>
        $"{router.Settings.Local.Of(utc).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} ("
            + $"{router.Settings.Local.Zone.Id})";

    private static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
