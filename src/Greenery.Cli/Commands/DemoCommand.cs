using System.CommandLine;
using Greenery.Cli.Output;
using Greenery.Drops;
using Greenery.Hosting;
using Greenery.Models;
using Greenery.Presentation;
using Greenery.Publishing;
using Greenery.Reports;
using Greenery.Runs;
using Greenery.SampleData;
using Greenery.Warehouse;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Greenery.Cli.Commands;

/// <summary><c>greenery demo</c>: three scheduled runs of an invented shop, from drops to published marts.</summary>
internal static class DemoCommand
{
    private const RunTrigger StartedBy = RunTrigger.Demo;

    public static Command Create()
    {
        var defaults = new SampleOptions();
        var seed = new Option<int>("--seed")
            { Description = "Another seed invents another shop.", DefaultValueFactory = _ => defaults.Seed };
        var json = CommonOptions.Json();
        var command = new Command("demo",
            "Invent a plant shop, and run its first three daily runs: load, build, check, publish.") { seed, json };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            defaults with { Seed = parsed.GetValue(seed) }, parsed.CreateTerminal(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        SampleOptions options, Terminal terminal, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("greenery-demo-");
        try
        {
            await using var services = CliServices.Create(terminal);
            var host = services.GetRequiredService<PipelineHost>();
            var sample = SampleShop.Write(folder.FullName, options, cancellationToken);
            var drops = DropStores.Open(
                await host.DropsAsync(cancellationToken), host.Settings.DropsContainer);
            await VerifyStoreAsync(drops, sample, cancellationToken);
            var warehouse = await host.DatabaseAsync(cancellationToken);
            var pages = ReportStores.OpenOrUnusable(
                await host.DropsAsync(cancellationToken), host.Settings, DropStores.UsualSetting);
            await new PageFolder(pages, host.Settings.Project).ReleaseAsync(warehouse, cancellationToken);
            await ClearAsync(warehouse, host.Project.Catalogue.Marts, cancellationToken);
            return await RunDaysAsync(host, sample, drops, terminal, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> RunDaysAsync(
        PipelineHost host, SampleSummary sample, IDropStore drops, Terminal terminal,
        CancellationToken cancellationToken)
    {
        var worst = CommandLine.Success;
        var days = new List<object>();
        foreach (var day in sample.Files.GroupBy(file => Path.GetDirectoryName(file.Path)!))
        {
            terminal.Line();
            terminal.Markup($"[bold underline]Business date {day.Key}[/]");
            foreach (var file in day)
            {
                await using var content = File.OpenRead(Path.Combine(sample.Folder, file.Path));
                await drops.WriteAsync(file.Path, content, cancellationToken);
            }
            terminal.Line(
                $"The shop's systems drop {NumberFormat.Count(day.Count(), "file")} into {drops.Description}.");
            var request = new RunRequest
                { Date = DateOnly.Parse(day.Key, System.Globalization.CultureInfo.InvariantCulture),
                StartedBy = StartedBy };
            var (exitCode, result) = await RunCommand.RunAsync(host, request, terminal, cancellationToken);
            worst = Math.Max(worst, exitCode);
            days.Add(result);
        }
        terminal.Line();
        terminal.Line($"{NumberFormat.Count(sample.InjectedErrors.Count, "bad row")} had been planted on the last "
            + $"day; all of them are in quarantine, nothing else was held up.");
        terminal.Line("'greenery status' shows the last run again. Put drops of your own where they are looked for, "
            + "and 'greenery run' does the same with them.");
        terminal.Json(days);
        return worst;
    }

    // A demo must not mix with real drops or replace real marts.
    private static async Task VerifyStoreAsync(
        IDropStore drops, SampleSummary sample, CancellationToken cancellationToken)
    {
        var ours = sample.Files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        await foreach (var file in drops.ListAsync(cancellationToken))
        {
            if (!ours.Contains(file.Path))
            {
                throw new ConfigurationException(
                    drops.Description, $"holds '{file.Path}', which is not the demo's; expected an empty store. "
                    + "Set Greenery:Drops to an empty folder for the demo, or use 'greenery run' for your own drops.");
            }
        }
    }

    private static async Task ClearAsync(
        PostgresWarehouse warehouse, Marts marts, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        if (await connection.ExecuteScalarAsync<bool>(
            "select to_regclass('ops.load') is not null", null, cancellationToken))
        {
            var others = await connection.ExecuteScalarAsync<long>(
                """
                select count(*) from ops.run
                where started_by <> @StartedBy and exists (select from ops.load where load.run_id = run.run_id)
                """, new { StartedBy }, cancellationToken);
            if (others > 0)
            {
                throw new ConfigurationException(
                    warehouse.Description, $"holds the data of {NumberFormat.Count(others, "run")} that no demo made, "
                    + "which the demo would wipe out; expected an empty database. Set Greenery:Warehouse to an empty "
                    + "one, or Greenery:LocalData to a new folder, for the demo.");
            }
        }
        var own = marts.InOrder.Concat(["ops", "staging", "warehouse"])
            .Concat(await OfEnvironmentsAsync(connection, "schemas", cancellationToken));
        var schemas = await connection.QueryAsync<string>(
            @"select nspname::text from pg_namespace where nspname = any(@own) or nspname ~ '^run_\d+$'",
            new { own = own.ToArray() }, cancellationToken);
        if (schemas.Count > 0)
        {
            await DropAsync(warehouse, connection, marts, schemas, cancellationToken);
        }
    }

    private static async Task<List<string>> OfEnvironmentsAsync(
        NpgsqlConnection connection, string column, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<bool>(
            "select to_regclass('ops.environment') is not null", null, cancellationToken)
            ? await connection.QueryAsync<string>(
                $"select unnest({column}) from ops.environment", null, cancellationToken)
            : [];

    // A cascade takes along what users built on the marts: nothing goes when it would.
    private static async Task DropAsync(
        PostgresWarehouse warehouse, NpgsqlConnection connection, Marts marts, List<string> schemas,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var shown = marts.InOrder.Concat(await OfEnvironmentsAsync(connection, "schemas", cancellationToken)).ToArray();
        var before = await ObjectsOfUsersAsync(connection, shown, schemas, cancellationToken);
        await connection.ExecuteAsync($"drop schema {SqlText.Names(schemas)} cascade", null, cancellationToken);
        var after = await ObjectsOfUsersAsync(connection, shown, schemas, cancellationToken);
        var lost = before.Except(after, StringComparer.Ordinal).ToList();
        if (lost.Count > 0)
        {
            throw new ConfigurationException(
                warehouse.Description, $"holds objects that no demo made, which the demo would drop: "
                + $"{string.Join("; ", lost)}; expected none. Drop or move them, or set Greenery:Warehouse to an empty "
                + "database for the demo.");
        }
        await transaction.CommitAsync(cancellationToken);
    }

    // Of the schemas that people are shown things in, what Greenery has not made; of others that stay, all.
    private static async Task<List<string>> ObjectsOfUsersAsync(
        NpgsqlConnection connection, string[] shown, IReadOnlyList<string> schemas,
        CancellationToken cancellationToken)
    {
        var views = await OfEnvironmentsAsync(connection, "views", cancellationToken);
        var live = await connection.ExecuteScalarAsync<bool>(
            "select to_regclass('ops.live') is not null", null, cancellationToken)
            ? "select from ops.live where mart = nspname and model = name"
            : "select where false";
        return await connection.QueryAsync<string>(
            $"""
            select format('%s %I.%I', kind, nspname, name) from (
                select relnamespace, relname,
                    case relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end
                from pg_class where relkind in ('r', 'p', 'f', 'v', 'm')
                union all
                select pronamespace, proname, 'function' from pg_proc
                union all
                select connamespace, conname, 'foreign key' from pg_constraint where contype = 'f'
            ) as object (namespace, name, kind)
            inner join pg_namespace on pg_namespace.oid = namespace
            where nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and nspname !~ '^pg_temp'
                and (nspname <> all (@schemas) or nspname = any (@shown) and not exists ({live}) and name <> @history
                    and {SqlText.NameOf("nspname", "name")} <> all (@views))
            order by 1
            """, new { schemas, shown, views, history = Measurements.HistoryView }, cancellationToken);
    }
}
