using System.Globalization;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>
/// Runs that began or ended later than now: the clock of the database was ahead then. What they published is what
/// readers see, but their times decide nothing.
/// </summary>
public static class FutureRuns
{
    /// <summary>The warning for people; null when there is no such run.</summary>
    public static async Task<string?> DescribeAsync(PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        return await DescribeAsync(connection, cancellationToken);
    }

    /// <summary>As above, on a connection.</summary>
    internal static async Task<string?> DescribeAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (count, newest, at) = await connection.QueryFirstOrDefaultAsync<(long Count, long? Newest, DateTime? At)>(
            $"""
            select count(*), max(run_id), max(greatest(started_at, finished_at)) from ops.run
            where greatest(started_at, finished_at) > {LatestTime.Sql}
            """, null, cancellationToken);
        return count == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"{(count == 1 ? $"Run {newest} has its" : $"{count} runs, the last of them run {newest}, have their")} "
            + $"start or end in the future (up to {at:yyyy-MM-dd HH:mm} UTC): the clock of the database was ahead "
            + $"then. Such runs count neither for the schedule nor for health. Check that the database's server keeps "
            + $"its clock by NTP; if readers lack a date, run it again ('greenery run --date').");
    }
}
