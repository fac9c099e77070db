using System.Globalization;
using Greenery.Models;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Keeps what metrics that return days have for each day (<c>ops.metric_day</c>), and computes the days anew of which
/// rows have changed since. What a period or all days come to is read from there, and costs no look at the model.
/// </summary>
internal sealed class MetricDayStore
{
    private readonly NpgsqlConnection _connection;
    private readonly VolatileSql _volatile;
    private readonly Dictionary<string, ModelVersion> _live;
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);

    private readonly Marts _marts;

    private MetricDayStore(
        NpgsqlConnection connection, Marts marts, VolatileSql @volatile, Dictionary<string, ModelVersion> live)
    {
        (_connection, _marts, _volatile, _live) = (connection, marts, @volatile, live);
    }

    /// <summary>Brings the days of all metrics that can be kept to what readers see now.</summary>
    /// <remarks>A metric that PostgreSQL refuses is not kept: the select of its value has the same error.</remarks>
    public static async Task<MetricDayStore> RefreshAsync(
        NpgsqlConnection connection, IReadOnlyList<Metric> metrics, RunLease lease, CancellationToken cancellationToken)
    {
        var followed = metrics.Where(metric => metric.Days?.Model is not null).ToList();
        var marts = followed.FirstOrDefault()?.Marts ?? Marts.Usual;
        var store = new MetricDayStore(
            connection,
            marts,
            await VolatileSql.ReadAsync(connection, marts, followed.Select(metric => metric.Sql), cancellationToken),
            followed.Count == 0 ? [] : await ModelVersion.ReadLiveAsync(connection, cancellationToken));
        foreach (var metric in followed)
        {
            await store.TryRefreshAsync(metric, metric.Days!, lease, cancellationToken);
        }
        return store;
    }

    /// <summary>Deletes the days of metrics that are no more, or that return no days any more.</summary>
    /// <param name="connection">Any.</param>
    /// <param name="metrics">All metrics there are.</param>
    /// <param name="lease">The run's.</param>
    /// <param name="cancellationToken">Leaves them for the next time.</param>
    public static async Task ForgetRemovedAsync(
        NpgsqlConnection connection, IReadOnlyList<Metric> metrics, RunLease lease, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var names = metrics.Where(metric => metric.Days?.Model is not null).Select(metric => metric.Name).ToArray();
        await connection.ExecuteAsync(
            """
            delete from ops.metric_day where metric in (
                select metric from ops.metric_day_state where metric <> all(@names)
            );
            delete from ops.metric_day_state where metric <> all(@names)
            """, new { names }, cancellationToken);
        await lease.VerifyAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>A select of a metric's value over all days.</summary>
    public string Sql(Metric metric) => _kept.Contains(metric.Name) ? Kept(metric, "") : metric.Sql;

    /// <summary>A select of a metric's value from one day to another.</summary>
    public string Sql(Metric metric, DateOnly from, DateOnly to) => _kept.Contains(metric.Name)
        ? Kept(metric, string.Create(
            CultureInfo.InvariantCulture, $" and day between date '{from:yyyy-MM-dd}' and date '{to:yyyy-MM-dd}'"))
        : metric.PeriodSql(from, to);

    private static string Kept(Metric metric, string condition) =>
        $"select {metric.Days!.Total} as value from ops.metric_day where metric = {SqlText.Literal(metric.Name)}"
        + condition;

    private async Task TryRefreshAsync(
        Metric metric, MetricDayColumns days, RunLease lease, CancellationToken cancellationToken)
    {
        // Of a table with one version, or a view, it is not known which rows have changed.
        if (!_live.TryGetValue(days.Model!, out var now) || now.Version == 0 || _volatile.Find(days.Sql) is not null)
        {
            return;
        }
        await using var transaction = await _connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await RefreshAsync(metric.Name, days, now, cancellationToken);
            await lease.VerifyAsync(_connection, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            _kept.Add(metric.Name);
        }
        catch (PostgresException exception) when (!exception.IsTransient)
        {
            await transaction.RollbackAsync(cancellationToken);
        }
    }

    private async Task RefreshAsync(
        string metric, MetricDayColumns days, ModelVersion now, CancellationToken cancellationToken)
    {
        var asked = ModelFingerprint.Hash([days.Sql, days.Kept]);
        // A process that has lost the run may still be at it: what it adds must not be added again.
        await _connection.ExecuteAsync(
            """
            insert into ops.metric_day_state (metric, asked, table_name, version) values (@metric, '', '', 0)
            on conflict do nothing;
            select from ops.metric_day_state where metric = @metric for update
            """, new { metric }, cancellationToken);
        // The rows that a version lost are there as long as a run that shows it is kept.
        var before = await _connection.ExecuteScalarAsync<long?>(
            """
            select version from ops.metric_day_state as known
            where metric = @metric and asked = @asked and table_name = @Table and version <= @Version
                and exists (
                    select from ops.run_model
                    inner join ops.run using (run_id)
                    where run.state = 'published' and run.is_kept
                        and run_model.table_name = known.table_name and run_model.version = known.version
                )
            """, new { metric, asked, now.Table, now.Version }, cancellationToken);
        if (before == now.Version)
        {
            return;
        }
        if (before is not { } known)
        {
            await ComputeAsync(metric, days, null, cancellationToken);
        }
        else
        {
            await FollowAsync(metric, days, now with { Version = known }, now, cancellationToken);
        }
        await _connection.ExecuteAsync(
            """
            insert into ops.metric_day_state (metric, asked, table_name, version)
            values (@metric, @asked, @Table, @Version)
            on conflict (metric) do update
            set asked = excluded.asked, table_name = excluded.table_name, version = excluded.version
            """, new { metric, asked, now.Table, now.Version }, cancellationToken);
    }

    private async Task FollowAsync(
        string metric, MetricDayColumns days, ModelVersion before, ModelVersion now,
        CancellationToken cancellationToken)
    {
        var (added, removed) = (ModelVersion.Added(before, now), ModelVersion.Removed(before, now));
        var changed = await _connection.QueryAsync<(DateOnly Day, bool IsInexact)>(
            $"""
            select day::date, bool_or({days.IsInexact})
            from ({Over(days, $"{added} union all {removed}")}) as days
            where day is not null
            group by day::date
            """, null, cancellationToken);
        if (!days.IsAdditive || changed.Exists(day => day.IsInexact))
        {
            await ComputeAsync(metric, days, [.. changed.Select(day => day.Day)], cancellationToken);
            return;
        }
        await _connection.ExecuteAsync(
            $"""
            insert into ops.metric_day as known (metric, day, numerator, denominator)
            select @metric, day, sum(numerator), sum(denominator) from (
                select {days.Kept} from ({Over(days, added)}) as days where day is not null group by day::date
                union all
                select day, -numerator, -denominator from (
                    select {days.Kept} from ({Over(days, removed)}) as days where day is not null group by day::date
                ) as removed
            ) as changes
            group by day
            on conflict (metric, day) do update
            set
                numerator = coalesce(known.numerator + excluded.numerator, known.numerator, excluded.numerator),
                denominator = coalesce(
                    known.denominator + excluded.denominator, known.denominator, excluded.denominator)
            """, new { metric }, cancellationToken);
    }

    // The days given, or all.
    private Task<int> ComputeAsync(
        string metric, MetricDayColumns days, DateOnly[]? changed, CancellationToken cancellationToken) =>
        _connection.ExecuteAsync(
            $"""
            delete from ops.metric_day where metric = @metric{(changed is null ? "" : " and day = any(@changed)")};
            insert into ops.metric_day (metric, day, numerator, denominator)
            select @metric, {days.Kept}
            from ({days.Sql}
            ) as days
            where {(changed is null ? "day is not null" : "day::date = any(@changed)")}
            group by day::date
            """, new { metric, changed }, cancellationToken);

    // The metric's select with other rows for its model.
    private string Over(MetricDayColumns days, string rows) =>
        $"""
        with {SqlText.Name(days.Model!)} as not materialized ({rows})

        select * from ({Metric.BareNames(days.Sql, _marts)}
        ) as days
        """;
}
