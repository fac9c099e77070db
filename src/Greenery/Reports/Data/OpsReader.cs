using System.Data;
using Greenery.Checks;
using Greenery.Models;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Reports.Data;

/// <summary>Reads what the page shows, all of one moment, by a handful of statements.</summary>
internal sealed class OpsReader(PostgresWarehouse warehouse, Project project)
{
    /// <summary>How many checks have their failing rows read; the others show only their message.</summary>
    public const int ChecksWithRows = 50;

    /// <summary>Failing rows read of each.</summary>
    public const int RowsPerCheck = 5;

    /// <param name="asked">A run's number; null for the newest.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ConfigurationException">There is no such run.</exception>
    public async Task<OpsData> ReadAsync(long? asked, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var ledgers = await ReadAsync(connection, asked, cancellationToken);
        var shop = new ShopReader(connection, project);
        return ledgers with { Shop = await shop.ReadAsync(cancellationToken) };
    }

    private async Task<OpsData> ReadAsync(NpgsqlConnection connection, long? asked, CancellationToken cancellationToken)
    {
        await using var moment =
            await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var run = await connection.QueryFirstOrDefaultAsync<ReportedRun>(RunSql.Run, new { asked }, cancellationToken);
        if (run is null)
        {
            return asked is null ? new OpsData() : throw await UnknownAsync(connection, asked.Value, cancellationToken);
        }
        var marts = project.Catalogue.Marts.InOrder.ToArray();
        var key = new { run.RunId, isNewest = run.IsNewest, HistorySql.Length, marts };
        Task<List<T>> List<T>(string sql) => connection.QueryAsync<T>(sql, key, cancellationToken);
        var ledgers = new OpsData
        {
            Run = run,
            Readers = await connection.QueryFirstOrDefaultAsync<PublishedState>(RunSql.Readers, key, cancellationToken),
            Drops = await List<DropNote>(RunSql.Drops),
            Models = await List<RunModel>(RunSql.Models),
            Steps = await List<StepTime>(RunSql.Steps),
            Builds = await List<LastBuild>(RunSql.Builds),
            Outcomes = [.. (await List<RunFailures>(HistorySql.Outcomes)).AsEnumerable().Reverse()],
            BuildTimes = await List<BuildTime>(HistorySql.BuildTimes),
            Live = await List<ShownModel>(RunSql.Live),
            Columns = await List<ViewColumn>(RunSql.Columns),
            Metrics = await List<MetricHistoryPoint>(HistorySql.Metrics),
            Periods = await MetricPeriodValue.ReadAsync(connection, run.RunId, cancellationToken),
            MetricDays = await MetricPeriodValue.ReadDaysAsync(
                connection, run.RunId, HistorySql.Length, cancellationToken),
            Quarantine = await List<QuarantinedExample>(HistorySql.Quarantine),
            NewestDrops = await List<NewestDrop>(HistorySql.NewestDrops),
            RunHistory = [.. (await List<RunHistoryEntry>(HistorySql.RunHistory)).AsEnumerable().Reverse()],
        };
        ledgers = ledgers with { Volumes = await VolumesAsync(connection, ledgers, cancellationToken) };
        return await WithChecksAsync(connection, ledgers, cancellationToken);
    }

    private async Task<IReadOnlyList<DayVolume>> VolumesAsync(
        NpgsqlConnection connection, OpsData ledgers, CancellationToken cancellationToken) =>
            ledgers.NewestDrops.Count == 0
        ? []
        : await connection.QueryAsync<DayVolume>(
            HistorySql.Volumes,
            new
            {
                ledgers.Run!.RunId, Days = DaysCompared, through = ledgers.NewestDrops.Max(drop => drop.Date),
            },
            cancellationToken);

    // What is expected of a day comes from all the days that its check compares it with.
    private int DaysCompared => Math.Max(HistorySql.Length, project.Checks.Select(check => check.Rule)
        .OfType<DropRowsRule>().Select(rule => rule.Range.Days + 1).DefaultIfEmpty().Max());

    private async Task<OpsData> WithChecksAsync(
        NpgsqlConnection connection, OpsData ledgers, CancellationToken cancellationToken)
    {
        var runs = ledgers.RunHistory.Select(run => run.RunId).ToArray();
        var known = project.Checks.Select(check => check.Id)
            .Concat(project.Catalogue.Models.Where(EmptiedModels.IsJudged).Select(EmptiedModels.IdOf))
            .Concat(project.Catalogue.Models.Where(FullBuildChecks.IsJudged).Select(FullBuildChecks.IdOf))
            .Concat(project.Catalogue.Sources.Select(source => SourceFreshness.IdOf(source.Name)))
            .Concat(project.Catalogue.Sources.Where(source => !source.MayBeEmpty)
                .Select(source => EmptyDrops.IdOf(source.Name)))
            .Append(UnloadedFiles.Id)
            .ToHashSet(StringComparer.Ordinal);
        var all = await connection.QueryAsync<CheckHistory>(
            HistorySql.Checks,
            new { runs, known = known.ToArray(), ledgers.Run!.RunId, DailyRun.NothingNew }, cancellationToken);
        // A check that was removed from the files no longer counts as a problem.
        var checks = all.Where(check => check.RunId == ledgers.Run.RunId || known.Contains(check.Id)).ToList();
        var open = checks.Where(check => check.IsOpen).OrderBy(check => check.Status == CheckStatus.Warn)
            .Take(ChecksWithRows).ToList();
        var older = open.Where(check => !check.Cells(runs.Length).Contains('p', StringComparison.Ordinal)).ToList();
        var rows = await connection.QueryAsync<FailingRow>(
            HistorySql.FailingRows,
            new
            {
                runs = open.Select(check => check.RunId).ToArray(),
                checks = open.Select(check => check.Id).ToArray(),
                most = RowsPerCheck,
            },
            cancellationToken);
        return ledgers with
        {
            Checks = checks,
            FailingRows = [.. rows.Select(row => row with { Row = FailingRowText.Cut(row.Row) })],
            OpenBefore = older.Count == 0 ? [] : await connection.QueryAsync<OpenSince>(
                HistorySql.OpenBefore,
                new { checks = older.Select(check => check.Id)
                    .ToArray(), oldest = runs.FirstOrDefault(ledgers.Run.RunId + 1) },
                cancellationToken),
        };
    }

    private static async Task<ConfigurationException> UnknownAsync(
        NpgsqlConnection connection, long asked, CancellationToken cancellationToken)
    {
        var (first, last) = await connection.QueryFirstOrDefaultAsync<(long? First, long? Last)>(
            "select min(run_id), max(run_id) from ops.run", null, cancellationToken);
        return new ConfigurationException($"run {asked}", last is null
            ? "is not in ops.run, which has no run yet; expected one that 'greenery run' made."
            : $"is not in ops.run; expected one from {first} to {last}, or none for the newest.");
    }
}
