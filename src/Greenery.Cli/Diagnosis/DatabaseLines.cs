using System.Globalization;
using Greenery.Cli.Output;
using Greenery.Hosting;
using Greenery.Presentation;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Cli.Diagnosis;

/// <summary>
/// The database: can it be reached, what may the role do, is schema ops up to date, do the clocks agree, may readers
/// read, and are people notified.
/// </summary>
internal sealed class DatabaseLines(HostReading reading, LocalServicesLines local, LocalConnections connections)
{
    private const string Subject = "database";

    public async Task<IReadOnlyList<DoctorLine>> ReadAsync(CancellationToken cancellationToken)
    {
        if (reading.IsWrong("Greenery:Warehouse") || (local.IsWarehouse && !local.AreReady))
        {
            return
            [
                DoctorLine.Warning(Subject, "was not looked at: where it is is not known, see above"),
                .. ChannelLines.OfSettings(reading.Alerts),
            ];
        }
        PostgresWarehouse warehouse;
        try
        {
            warehouse = await PostgresWarehouse.OpenAsync(
                await connections.WarehouseAsync(cancellationToken), cancellationToken, isLocal: local.IsWarehouse);
        }
        catch (Exception exception) when (exception is InfrastructureException or ConfigurationException)
        {
            return
            [
                .. await Doctor.LookAsync(Subject, _ => throw exception, cancellationToken),
                .. ChannelLines.OfSettings(reading.Alerts),
            ];
        }
        await using (warehouse)
        {
            return await ReadAsync(warehouse, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<DoctorLine>> ReadAsync(
        PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        var isCurrent = false;
        List<DoctorLine> lines =
        [
            .. await Doctor.LookAsync(Subject, token => RoleAsync(warehouse, token), cancellationToken),
            .. await Doctor.LookAsync(
                ClusterLines.Subject, token => ClusterLines.ReadAsync(warehouse, token), cancellationToken),
            .. await Doctor.LookAsync("clock", token => ClockAsync(warehouse, token), cancellationToken),
            .. await Doctor.LookAsync("ops schema", async token =>
            {
                (isCurrent, var line) = await SchemaAsync(warehouse, token);
                return [line];
            }, cancellationToken),
        ];
        if (!isCurrent)
        {
            return [.. lines, .. ChannelLines.OfSettings(reading.Alerts)];
        }
        return
        [
            .. lines,
            .. await Doctor.LookAsync("runs", token => RunsAsync(warehouse, token), cancellationToken),
            .. await Doctor.LookAsync("readers", token => ReadersAsync(warehouse, token), cancellationToken),
            .. await Doctor.LookAsync(
                ChannelLines.Subject, token => ChannelLines.ReadAsync(reading.Alerts, warehouse, token),
                cancellationToken),
        ];
    }

    private static async Task<IReadOnlyList<DoctorLine>> RoleAsync(
        PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var role = await DatabaseRole.ReadAsync(connection, cancellationToken);
        return
        [
            DoctorLine.Ok(Subject, string.Create(
                CultureInfo.InvariantCulture,
                $"{warehouse.Description} runs PostgreSQL {role.Version}, "
                    + $"{ByteSizes.InMegabytes(role.Bytes):N0} MB")),
            role.Describe(),
        ];
    }

    private static async Task<IReadOnlyList<DoctorLine>> ClockAsync(
        PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        var clock = await new WarehouseTime(TimeProvider.System).ReadAsync(warehouse, cancellationToken);
        return
        [
            ClockText.Describe(clock) is { } warning
                ? DoctorLine.Warning("clock", warning)
                : DoctorLine.Ok("clock", string.Create(
                    CultureInfo.InvariantCulture,
                    $"this machine's and the database's differ by {clock.HostIsAhead.Duration().TotalSeconds:0.0} s")),
        ];
    }

    private async Task<(bool IsCurrent, DoctorLine Line)> SchemaAsync(
        PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        var (schema, pending) = await new Migrations(warehouse).PreviewAsync(cancellationToken);
        if (reading.Project is { } project)
        {
            await ProjectIdentity.VerifyAsync(warehouse, project, cancellationToken);
        }
        return (schema.Exists && pending.Count == 0, !schema.Exists
            ? DoctorLine.Ok("ops schema", "is not there yet; the first run makes it")
            : pending.Count == 0
            ? DoctorLine.Ok("ops schema", $"is up to date ({Migration.All[^1].Name})")
            : DoctorLine.Warning(
                "ops schema", $"is of an older version: it lacks {NumberFormat.Count(pending.Count, "migration")} from "
                + $"{pending[0].Name} on. The next run, or 'greenery migrate', brings it up to date."));
    }

    private static async Task<IReadOnlyList<DoctorLine>> RunsAsync(
        PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        if (await FutureRuns.DescribeAsync(warehouse, cancellationToken) is { } warning)
        {
            return [DoctorLine.Warning("runs", warning)];
        }
        return
        [
            await new RunReports(warehouse).LastAsync(cancellationToken) is { } run
                ? DoctorLine.Ok("runs", $"the last one is run {run.RunId} of {run.StartedAt:u}: "
                    + RunStateText.Describe(run.State, run.IsPartial))
                : DoctorLine.Ok("runs", "there was none yet; 'greenery run' makes the first one"),
        ];
    }

    private async Task<IReadOnlyList<DoctorLine>> ReadersAsync(
        PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        var missing = await new ReaderGrants(warehouse, reading.Project?.Readers)
            .MissingAsync(withRevoked: true, cancellationToken);
        return missing.Count == 0
            ? [DoctorLine.Ok("readers", $"{(reading.Project?.Readers ?? ReaderRole.Usual).Name} may read all marts")]
            : [.. missing.Select(line => DoctorLine.Warning("readers", line))];
    }
}
