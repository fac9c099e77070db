using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Warehouse;

public sealed class RunLeaseTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task The_holder_may_write()
    {
        var lease = await database.StartAsync();
        await using var connection = await database.Warehouse.ConnectAsync(default);

        await lease.VerifyAsync(connection, default);
    }

    [Fact]
    public async Task Who_was_taken_over_or_has_ended_may_not()
    {
        var lease = await database.StartAsync();
        await using var connection = await database.Warehouse.ConnectAsync(default);

        await database.TakeOverAsync(lease);
        var exception = await Assert.ThrowsAsync<LeaseLostException>(() => lease.VerifyAsync(connection, default));
        Assert.Equal(lease.RunId, exception.RunId);

        await database.RunAsync($"delete from ops.lease where run_id = {lease.RunId}");
        await Assert.ThrowsAsync<LeaseLostException>(() => lease.VerifyAsync(connection, default));
    }

    [Fact]
    public async Task A_takeover_waits_for_a_commit_that_was_verified_and_a_renewal_does_not()
    {
        var lease = await database.StartAsync();
        await using var connection = await database.Warehouse.ConnectAsync(default);
        await using var transaction = await connection.BeginTransactionAsync();
        await lease.VerifyAsync(connection, default);

        await database.RunAsync($"set lock_timeout = '1s'; update ops.lease set expires_at = clock_timestamp() where "
            + $"run_id = {lease.RunId}");
        var exception = await Assert.ThrowsAsync<Npgsql.PostgresException>(
            () => database.RunAsync(
                $"set lock_timeout = '50ms'; select from ops.lease where run_id = {lease.RunId} for update"));
        Assert.Equal(Npgsql.PostgresErrorCodes.LockNotAvailable, exception.SqlState);
    }
}
