using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Greenery.Drops;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Reports;

/// <summary>
/// After a run's end: renders its page and saves it as <c>&lt;business-date&gt;/run-&lt;id&gt;.html</c>; the newest
/// run's page is <c>latest.html</c> as well. Idempotent: a repetition writes the same files.
/// </summary>
public sealed partial class ReportPublishing(PostgresWarehouse warehouse, StateReport report, IDropStore store)
    : IPostRunAction
{
    private const string Latest = "latest.html";

    public StepKind Kind => StepKind.Report;

    public async Task<DoneResult> ExecuteAsync(long runId, CancellationToken cancellationToken)
    {
        var page = Encoding.UTF8.GetBytes(await report.MakeAsync(runId, cancellationToken));
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var date = await connection.ExecuteScalarAsync<DateOnly>(
            "select business_date from ops.run where run_id = @runId", new { runId }, cancellationToken);
        await store.WriteAsync(
            string.Create(CultureInfo.InvariantCulture, $"{date:yyyy-MM-dd}/run-{runId}.html"), new MemoryStream(page),
            cancellationToken);
        await WriteLatestAsync(runId, page, cancellationToken);
        return new DoneResult(1);
    }

    // The page of a run whose end is followed late must not take the place of a newer one's. The newer one may be
    // written between the look and the writing, so it is looked again.
    private async Task WriteLatestAsync(long runId, byte[] page, CancellationToken cancellationToken)
    {
        if (await NewerAsync(runId, cancellationToken) is not null)
        {
            return;
        }
        await store.WriteAsync(Latest, new MemoryStream(page), cancellationToken);
        while (await NewerAsync(runId, cancellationToken) is { } newer)
        {
            await using var content = await store.OpenAsync(newer.File, cancellationToken);
            await store.WriteAsync(Latest, content, cancellationToken);
            runId = newer.RunId;
        }
    }

    private async Task<(long RunId, DropFile File)?> NewerAsync(long runId, CancellationToken cancellationToken)
    {
        (long RunId, DropFile File)? newest = null;
        await foreach (var file in store.ListAsync(cancellationToken))
        {
            if (Page().Match(file.Path) is { Success: true } match
                && long.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture,
                out var other)
                && other > (newest?.RunId ?? runId))
            {
                newest = (other, file);
            }
        }
        return newest;
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}/run-(\d+)\.html$")]
    private static partial Regex Page();
}
