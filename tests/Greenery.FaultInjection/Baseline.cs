using Greenery.Drops;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.FaultInjection;

/// <summary>Runs the daily runs once undisturbed, and keeps what came of them.</summary>
internal sealed class Baseline(DisturbedServices services, Project project)
{
    public async Task<IReadOnlyList<ExpectedResult>> RunAsync(IReadOnlyList<DateOnly> dates)
    {
        const string database = "undisturbed";
        await services.Database.CreateAsync(database);
        await using var warehouse = await PostgresWarehouse.OpenAsync(services.Database.Of(database), default);
        await new Migrations(warehouse).RunAsync(default);
        await using var connection = await services.Database.ConnectAsync(database);
        await new StopPoints(connection).InstallAsync();
        var results = new List<ExpectedResult>();
        foreach (var date in dates)
        {
            await connection.ExecuteAsync("truncate fault_injection.passed", null, default);
            await PublishAsync(warehouse, date);
            results.Add(new ExpectedResult(
                date,
                await WarehouseSnapshot.CaptureAsync(connection),
                (await connection.ExecuteScalarAsync<string>(ConcurrentReader.Statement, null, default))!,
                await new StopPoints(connection).PassedAsync()));
        }
        return results;
    }

    private async Task PublishAsync(PostgresWarehouse warehouse, DateOnly date)
    {
        var pipeline =
            new Pipeline(warehouse, DropStores.Open(services.Storage, "drops"), project, TimeProvider.System, []);
        var outcome = await pipeline.RunAsync(new RunRequest { Date = date }, null, default);
        if (outcome.State != RunState.Published)
        {
            throw new InvalidOperationException(
                $"The undisturbed run of {date:yyyy-MM-dd} ended as {outcome.State}: {outcome.Message}");
        }
    }
}
