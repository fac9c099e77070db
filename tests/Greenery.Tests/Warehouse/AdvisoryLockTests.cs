using Greenery.Alerts.Incidents;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Warehouse;

public sealed class AdvisoryLockTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Theory]
    [InlineData("incidents")]
    [InlineData("indexes on warehouse.x")]
    public async Task Who_holds_any_other_lock_is_named_and_it_is_given_up(string subject)
    {
        await using var other = await database.Warehouse.ConnectAsync(default);
        await other.ExecuteAsync(
            $"select pg_advisory_lock({await AdvisoryLock.KeyAsync(other, subject, default)})", null, default);
        await using var connection = await database.Warehouse.ConnectAsync(default);
        await using var transaction = await connection.BeginTransactionAsync();

        var blocked = await Assert.ThrowsAsync<BlockedException>(
            () => AdvisoryLock.TakeAsync(connection, subject, TimeSpan.Zero, default));

        Assert.StartsWith($"The lock of {subject} (advisory lock ", blocked.Message, StringComparison.Ordinal);
        Assert.Contains($"process {other.ProcessID} (", blocked.Message, StringComparison.Ordinal);
        Assert.Contains(" idle since ", blocked.Message, StringComparison.Ordinal);
        await AdvisoryLock.ReleaseAsync(other);
        await AdvisoryLock.TakeAsync(connection, subject, TimeSpan.FromSeconds(30), default);
    }

    [Fact]
    public async Task Incidents_are_locked_by_a_number_of_this_database_and_given_up()
    {
        await using var other = await database.Warehouse.ConnectAsync(default);
        // What another program took for itself, and what was used for all databases once.
        await other.ExecuteAsync("select pg_advisory_lock(7311922002)", null, default);
        await using var connection = await database.Warehouse.ConnectAsync(default);
        await using (await connection.BeginTransactionAsync())
        {
            await IncidentStore.LockAsync(connection, default).WaitAsync(TimeSpan.FromMinutes(1));
        }
        await other.ExecuteAsync(
            $"select pg_advisory_lock({await AdvisoryLock.KeyAsync(other, "incidents", default)})", null, default);
        await using var transaction = await connection.BeginTransactionAsync();
        await Assert.ThrowsAsync<BlockedException>(
            () => IncidentStore.LockAsync(connection, TimeSpan.Zero, default).WaitAsync(TimeSpan.FromMinutes(1)));
        await AdvisoryLock.ReleaseAsync(other);
    }
}
