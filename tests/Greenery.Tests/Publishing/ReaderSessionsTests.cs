using Greenery.Models.Planning;
using Greenery.Publishing;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Publishing;

/// <summary>Whom publishing has to wait for, as roles with few rights see it.</summary>
public sealed class ReaderSessionsTests
{
    [Fact]
    public async Task An_old_snapshot_counts_also_for_a_role_that_sees_no_more_of_the_session()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var role = await TestRole.CreateAsync(test);
        var report = await test.RunAsync();
        Assert.Equal(RunState.Published, report.State);
        await using var reader = await test.Database.Warehouse.ConnectAsync(default);
        await reader.ExecuteAsync("begin isolation level repeatable read; select 1", null, default);
        // As if the tables had been built after the reader's snapshot was taken.
        await test.ExecuteAsync("update ops.model_table set built_at = clock_timestamp()");
        await test.ExecuteAsync(
            $"grant usage on schema ops to {role}; grant select on all tables in schema ops to {role}");
        var plan = await new RunPlan(test.Database.Warehouse, test.Project.Catalogue).ReadAsync(report.RunId, default);
        await using var few = await PostgresWarehouse.OpenAsync(
            $"{test.Database.ConnectionString};Options=-c role={role}", default);

        var tables = plan.Select(planned => planned.TableName).ToList();
        Assert.Contains($"process {reader.ProcessID}, of another role (",
            Assert.Single(await new ReaderSessions(few).WithOlderSnapshotsAsync(tables, [], DateTime.UtcNow, default)),
            StringComparison.Ordinal);

        await reader.ExecuteAsync("rollback", null, default);
        Assert.DoesNotContain(
            await new ReaderSessions(few).WithOlderSnapshotsAsync(tables, [], DateTime.UtcNow, default),
            found => found.StartsWith($"process {reader.ProcessID},", StringComparison.Ordinal));
    }
}
