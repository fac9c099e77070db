using Npgsql;

namespace Greenery.Warehouse;

/// <summary>
/// The database's clock as a <see cref="TimeProvider"/>: read now and then, and carried on in between by this machine's
/// timer, which does not jump when a clock is set. What is due, and which day it is, must not follow the clock of one
/// machine. Until it is read for the first time, the machine's clock is shown.
/// </summary>
/// <param name="host">This machine's clock and timers.</param>
public sealed class WarehouseTime(TimeProvider host) : TimeProvider
{
    /// <summary>How long a reading is carried on.</summary>
    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(1);

    /// <summary>Timers rest while a machine sleeps, and its clock does not: then a reading is worth nothing.</summary>
    private static readonly TimeSpan MostDrift = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private ClockAnchor? _last;
    private Task<ClockReading>? _refreshing;

    public override TimeZoneInfo LocalTimeZone => host.LocalTimeZone;

    public override long TimestampFrequency => host.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() =>
        Volatile.Read(ref _last) is { } last ? last.Now + host.GetElapsedTime(last.Timestamp) : host.GetUtcNow();

    public override long GetTimestamp() => host.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        host.CreateTimer(callback, state, dueTime, period);

    /// <summary>Reads the database's clock, and compares this machine's with it.</summary>
    /// <exception cref="InfrastructureException">The database cannot be reached.</exception>
    public async Task<ClockReading> ReadAsync(PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var asked = host.GetTimestamp();
        var now = await connection.ExecuteScalarAsync<DateTime>("select clock_timestamp()", null, cancellationToken);
        var (answered, hostNow) = (host.GetTimestamp(), host.GetUtcNow());
        // The database read its clock at some moment of the way there and back.
        var doubt = host.GetElapsedTime(asked, answered) / 2;
        var reading = new ClockAnchor(new DateTimeOffset(now, TimeSpan.Zero) + doubt, hostNow, answered);
        Volatile.Write(ref _last, reading);
        return new ClockReading(reading.Now, Surely(hostNow - reading.Now, doubt));
    }

    /// <summary>
    /// Reads the database's clock unless it was read lately. Callers at the same moment wait for one reading. While the
    /// database does not answer, the last reading is carried on.
    /// </summary>
    /// <param name="warehouse">The database.</param>
    /// <param name="limit">How long it may take to answer.</param>
    /// <param name="cancellationToken">Ends the waiting; the reading goes on for others.</param>
    /// <exception cref="InfrastructureException">The database cannot be reached, and was never read.</exception>
    public async Task RefreshAsync(PostgresWarehouse warehouse, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _last) is { } last && IsFresh(last))
        {
            return;
        }
        try
        {
            await Refreshing(warehouse, limit).WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is InfrastructureException or NpgsqlException
            && Volatile.Read(ref _last) is not null)
        {
            // What the caller wants of the database tells whether it answers.
        }
    }

    private Task<ClockReading> Refreshing(PostgresWarehouse warehouse, TimeSpan limit)
    {
        lock (_gate)
        {
            return _refreshing is { IsCompleted: false }
                ? _refreshing
                : _refreshing = TimeLimit.RunAsync(
                    limit, token => ReadAsync(warehouse, token), CancellationToken.None);
        }
    }

    private static TimeSpan Surely(TimeSpan ahead, TimeSpan doubt) =>
        ahead.Duration() <= doubt ? TimeSpan.Zero : ahead > TimeSpan.Zero ? ahead - doubt : ahead + doubt;

    private bool IsFresh(ClockAnchor last)
    {
        var elapsed = host.GetElapsedTime(last.Timestamp);
        return elapsed < FreshFor && (host.GetUtcNow() - last.HostNow - elapsed).Duration() < MostDrift;
    }

    private sealed record ClockAnchor(DateTimeOffset Now, DateTimeOffset HostNow, long Timestamp);
}
