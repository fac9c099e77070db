using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Greenery.Drops;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Reports;

/// <summary>
/// After a run's end: renders its page and saves it as
/// <c>&lt;project&gt;/&lt;business-date&gt;/run-&lt;id&gt;.html</c>; the page of the run that ended last is
/// <c>&lt;project&gt;/latest.html</c> as well, and <c>latest.html</c>, where it was before projects had names.
/// Idempotent: a repetition writes the same files. Old pages are deleted. A folder that has pages of another database
/// is refused (<see cref="PageFolder"/>).
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="report">Renders.</param>
/// <param name="store">Where pages are kept.</param>
/// <param name="project">Their folder.</param>
/// <param name="keep">How long they are kept; 400 days by default.</param>
public sealed partial class ReportPublishing(
    PostgresWarehouse warehouse, StateReport report, IDropStore store, string project = GreenerySettings.UsualProject,
    TimeSpan? keep = null) : IPostRunAction
{
    private const string Latest = "latest.html";

    /// <summary>More are deleted after the next run.</summary>
    private const int MostDeleted = 500;

    private readonly TimeSpan _keep = keep ?? TimeSpan.FromDays(GreenerySettings.UsualDays);

    public StepKind Kind => StepKind.Report;

    public async Task<DoneResult> ExecuteAsync(long runId, CancellationToken cancellationToken)
    {
        var page = await PageAsync(runId, cancellationToken);
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await new PageFolder(store, project).ClaimAsync(connection, cancellationToken);
        var date = await connection.ExecuteScalarAsync<DateOnly>(
            "select business_date from ops.run where run_id = @runId", new { runId }, cancellationToken);
        await WriteAsync(
            string.Create(CultureInfo.InvariantCulture, $"{project}/{date:yyyy-MM-dd}/run-{runId}.html"), page,
            cancellationToken);
        await WriteLatestAsync(connection, runId, page, cancellationToken);
        await ForgetAsync(connection, runId, cancellationToken);
        return new DoneResult(1);
    }

    // By the time of the end, not by the number: after a restore, and with another database, numbers begin anew. The
    // page of a run whose end is followed late must not take the place of a newer one's, nor one of a run that ended
    // while the clock was ahead keep it. The newer one may be written between the look and the writing, so it is
    // looked again.
    private async Task WriteLatestAsync(
        NpgsqlConnection connection, long runId, byte[] page, CancellationToken cancellationToken)
    {
        if (await NewestAsync(connection, runId, cancellationToken) != runId)
        {
            return;
        }
        while (true)
        {
            await WriteAsync($"{project}/{Latest}", page, cancellationToken);
            await WriteAsync(Latest, page, cancellationToken);
            var newest = await NewestAsync(connection, runId, cancellationToken);
            if (newest == runId)
            {
                return;
            }
            (runId, page) = (newest, await PageAsync(newest, cancellationToken));
        }
    }

    private static async Task<long> NewestAsync(
        NpgsqlConnection connection, long runId, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<long?>(
            $"""
            select run_id from ops.run
            where finished_at <= {LatestTime.Sql} and run.started_by not in ('rollback', 'replay')
                and {RunKinds.IsForReaders}
            order by finished_at desc, run_id desc limit 1
            """, null, cancellationToken) ?? runId;

    // The page is written: old ones that cannot be deleted stay until a later run, and that is noted once.
    private async Task ForgetAsync(NpgsqlConnection connection, long runId, CancellationToken cancellationToken)
    {
        var (failures, reason) = (0, "");
        try
        {
            foreach (var file in await OldAsync(connection, cancellationToken))
            {
                try
                {
                    await store.DeleteAsync(file, cancellationToken);
                }
                catch (Exception exception) when (IsOfStore(exception))
                {
                    (failures, reason) = (failures + 1, failures == 0 ? $"{file.Path}: {exception.Message}" : reason);
                }
            }
        }
        catch (Exception exception) when (IsOfStore(exception))
        {
            await RunNotes.AddAsync(
                connection, runId, $"Old pages were not looked for: {exception.Message}", cancellationToken);
        }
        if (failures > 0)
        {
            await RunNotes.AddAsync(
                connection, runId,
                $"{failures} {(failures == 1 ? "old page was" : "old pages were")} not deleted. The first: {reason}",
                cancellationToken);
        }
    }

    // Old by both clocks: a database's that is ahead for a moment would make every page old.
    private async Task<List<DropFile>> OldAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var until = await connection.ExecuteScalarAsync<DateTime>(
            "select least(clock_timestamp(), @hostNow) - @_keep",
            new { _keep, hostNow = TimeProvider.System.GetUtcNow().UtcDateTime }, cancellationToken);
        var live = (await connection.QueryAsync<long>(
            "select distinct run_id from ops.live", null, cancellationToken)).ToHashSet();
        var old = new List<DropFile>();
        await foreach (var file in store.ListAsync(cancellationToken))
        {
            if (old.Count < MostDeleted && file.Fault is null && file.ModifiedAt.UtcDateTime < until
                && IsPage(file.Path, live))
            {
                old.Add(file);
            }
        }
        return old;
    }

    private static bool IsOfStore(Exception exception) => PageFolder.IsOfStore(exception);

    // Of this project, or of the time before projects had names; and not of what readers see.
    private bool IsPage(string path, HashSet<long> live) =>
        Page().Match(path) is { Success: true } match
        && (!match.Groups["project"].Success || match.Groups["project"].Value == project)
        && long.TryParse(match.Groups["run"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var runId)
        && !live.Contains(runId);

    private async Task<byte[]> PageAsync(long runId, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetBytes(await report.MakeAsync(runId, cancellationToken));

    private Task WriteAsync(string path, byte[] page, CancellationToken cancellationToken) =>
        store.WriteAsync(path, new MemoryStream(page), cancellationToken);

    [GeneratedRegex(@"^(?:(?<project>[^/]+)/)?\d{4}-\d{2}-\d{2}/run-(?<run>\d+)\.html\z")]
    private static partial Regex Page();
}
