using System.Diagnostics;
using Greenery.Checks;
using Greenery.Drops;
using Greenery.Models;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Benchmarks.Marts;

/// <summary>A daily run after staging: by Greenery, or by a script as one would write it by hand.</summary>
internal sealed class MeasuredRun(PostgresWarehouse warehouse, Project project, string folder)
{
    /// <summary>Runs the pipeline; its drops are one promotion, so that loading does not count.</summary>
    public async Task<TimeSpan> RunAsync(DateOnly date)
    {
        var day = Directory.CreateDirectory(Path.Combine(folder, $"{date:yyyy-MM-dd}"));
        await File.WriteAllTextAsync(
            Path.Combine(day.FullName, "promos.csv"), $"promo_id,discount,status\nnight {date:yyyyMMdd},1,active\n");
        var pipeline = new Pipeline(warehouse, DropStores.Open(folder, "drops"), project, TimeProvider.System, []);
        var watch = Stopwatch.StartNew();
        var outcome = await pipeline.RunAsync(new RunRequest { Date = date }, null, default);
        return outcome.State == RunState.Published
            ? watch.Elapsed
            : throw new InvalidOperationException($"The daily run ended as {outcome.State}: {outcome.Message}");
    }

    /// <summary>Seconds that the last run spent on building and checking one model.</summary>
    public async Task<double> SecondsOfAsync(string model)
    {
        await using var connection = await warehouse.ConnectAsync(default);
        return await connection.ExecuteScalarAsync<double>(
            """
            select sum(extract(epoch from finished_at - started_at))::double precision from ops.step
            where run_id = (select max(run_id) from ops.run) and step in ('build:' || @model, 'check:' || @model)
            """, new { model }, default);
    }

    /// <summary>The same selects one after another, then the same checks one by one.</summary>
    public string Script() => string.Join(";\n", [
        "drop schema if exists by_hand cascade",
        "create schema by_hand",
        "set search_path to by_hand, staging",
        .. project.Catalogue.Models.Select(model => model.Materialization == Materialization.View
            ? $"create view by_hand.{model.Name} as {model.SqlSince(0)}"
            : $"create table by_hand.{model.Name} as {model.SqlSince(0)}"),
        .. project.Checks.Where(check => check is { Source: null, Metric: null })
            .Select(check => $"{CheckSql.Count(SqlText.Name("by_hand", check.Model.Name), check)}"),
    ]) + ";\n";
}
