using System.Globalization;
using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>Takes the key figures of what is published and keeps them per run in <c>ops.metric</c>.</summary>
/// <param name="warehouse">The database.</param>
/// <param name="metrics">The project's.</param>
/// <param name="isHistoryModel">Whether the project has a model with the name of the history's view.</param>
/// <param name="role">The readers', with the marts; null for the usual ones.</param>
public sealed class Measurements(
    PostgresWarehouse warehouse, IReadOnlyList<Metric> metrics, bool isHistoryModel = false, ReaderRole? role = null)
{
    /// <summary>The view of what metrics were, for readers; a model of this name takes its place.</summary>
    public const string HistoryView = MetricHistoryView.Name;

    /// <summary>A figure that cannot be computed is kept with the reason; the others are not held up by it.</summary>
    /// <returns>How many figures have a value or are rightly empty.</returns>
    public async Task<int> TakeAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var days = await MetricDayStore.RefreshAsync(connection, metrics, lease, cancellationToken);
        var taken = 0;
        foreach (var metric in metrics)
        {
            var (value, error) = await MeasureAsync(connection, metric, days.Sql(metric), cancellationToken);
            taken += error is null ? 1 : 0;
            await connection.ExecuteAsync(
                """
                insert into ops.metric (run_id, business_date, metric, value, error)
                select run_id, business_date, @Name, @value, @error from ops.run where run_id = @RunId
                on conflict (run_id, metric) do update set value = excluded.value, error = excluded.error
                """,
                new { metric.Name, value, error, lease.RunId }, cancellationToken);
        }
        await new MetricPeriods(connection, metrics, days).TakeAsync(lease, cancellationToken);
        var history = new MetricHistoryView(connection, role ?? ReaderRole.Usual);
        if (!isHistoryModel && await history.EnsureAsync(cancellationToken) is { } refused)
        {
            await RunNotes.AddAsync(connection, lease.RunId, refused, cancellationToken);
        }
        return taken;
    }

    private static async Task<(decimal? Value, string? Error)> MeasureAsync(
        NpgsqlConnection connection, Metric metric, string sql, CancellationToken cancellationToken)
    {
        try
        {
            // As text: PostgreSQL's numeric holds NaN, Infinity and more digits than a decimal does.
            var values = await connection.QueryAsync<string?>(
                $"select round(value::numeric, 6)::text from ({sql}\n) as metric limit 2", null,
                cancellationToken);
            return values is [var value]
                ? Read(metric, value)
                : (null, $"{metric.File}: returns {(values.Count == 0 ? "no row" : "several rows")}; expected one.");
        }
        catch (PostgresException exception) when (!exception.IsTransient)
        {
            return (null, $"{metric.File}: {PostgresMessage.Of(exception)}");
        }
    }

    private static (decimal? Value, string? Error) Read(Metric metric, string? value)
    {
        if (value is null)
        {
            return (null, null);
        }
        return decimal.TryParse(value, NumberStyles.Number, CultureInfo.InvariantCulture, out var number)
            ? (number, null)
            : (null, $"{metric.File}: returns "
            + $"{(value.Length > 20 ? $"a number of {value.Length} characters" : value)}; "
                + "expected a number of at most 28 digits.");
    }
}
