using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>
/// <c>ops.slot</c>: which nights of the schedule are due. Timers stall, skip and fire twice; whoever wakes up asks here, and
/// missed nights come in order, each once.
/// </summary>
public sealed class SlotLedger(PostgresWarehouse warehouse, Schedule schedule)
{
    /// <summary>A night whose runs failed so often by the machinery is left to a person, so that later nights are not held up.</summary>
    public const int MostFailures = 5;

    // Done by its own run, whatever that said of the data; or by anybody's run since that covers its date and left readers
    // up to date.
    private const string Settle =
        """
        update ops.slot set run_id = satisfied.run_id, noted_at = clock_timestamp(), note = satisfied.note
        from (
            select slot.slot_at, min(run.run_id) as run_id, min(null::text) as note
            from ops.slot inner join ops.run
                on (run.slot_at = slot.slot_at and run.state not in ('running', 'failed'))
                or (run.started_at >= slot.slot_at and run.through_date >= slot.business_date
                    and run.state in ('published', 'unchanged', 'rolled_back')
                    and run.started_by not in ('rollback', 'replay'))
            where slot.run_id is null and slot.slot_at = coalesce(@only, slot.slot_at)
            group by slot.slot_at
            union all
            select slot_at, max(run.run_id), 'given up: ' || count(*) || ' runs failed by the machinery'
            from ops.slot inner join ops.run using (slot_at)
            where slot.run_id is null and slot.slot_at = coalesce(@only, slot.slot_at)
            group by slot_at
            having count(*) >= @MostFailures and bool_and(run.state = 'failed')
        ) as satisfied
        where slot.slot_at = satisfied.slot_at
        """;

    /// <summary>Notes the nights up to now. The first time the ledger only begins: what was before nobody had promised.</summary>
    /// <returns>The nights that are due, oldest first.</returns>
    public async Task<IReadOnlyList<Slot>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        if (await LastAsync(connection, cancellationToken) is { } last)
        {
            await NoteAsync(connection, [.. schedule.Between(last, now)], null, cancellationToken);
        }
        else if (schedule.LastBefore(now) is { } before)
        {
            await NoteAsync(connection, [before], "the ledger begins behind this night", cancellationToken);
        }
        await connection.RunAsync(Settle, new { MostFailures, only = default(DateTimeOffset?) }, cancellationToken);
        return await ListAsync(connection, isDue: true, cancellationToken);
    }

    /// <summary>
    /// The nights whose data readers lack: those that are due, noted or not, and those that were given up until a later run
    /// covers them. Writes nothing.
    /// </summary>
    public async Task<IReadOnlyList<Slot>> MissingAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var noted = await ListAsync(connection, isDue: false, cancellationToken);
        return await LastAsync(connection, cancellationToken) is { } last ? [.. noted, .. schedule.Between(last, now)] : noted;
    }

    /// <summary>Whether a night is due still; if so it stays locked until the caller's transaction ends.</summary>
    internal static async Task<bool> IsDueAsync(NpgsqlConnection connection, DateTimeOffset slot, CancellationToken cancellationToken)
    {
        var night = new { only = slot.ToUniversalTime(), MostFailures };
        // Locked first: whoever waits here for another host sees then what that one has started, and what came of it.
        await connection.RunAsync("select from ops.slot where slot_at = @only for update", night, cancellationToken);
        await connection.RunAsync(Settle, night, cancellationToken);
        return await connection.ValueAsync<bool>(
            """
            select true from ops.slot
            where slot_at = @only and run_id is null and note is null
                and not exists (select from ops.run where run.slot_at = slot.slot_at and run.state <> 'failed')
            """, night, cancellationToken);
    }

    private static async Task<DateTimeOffset?> LastAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await connection.ValueAsync<DateTime?>("select max(slot_at) from ops.slot", null, cancellationToken) is { } last
            ? Utc(last)
            : null;

    private static Task<int> NoteAsync(
        NpgsqlConnection connection, IReadOnlyList<Slot> slots, string? note, CancellationToken cancellationToken) =>
        connection.RunAsync(
            """
            insert into ops.slot (slot_at, business_date, note)
            select slot_at, business_date, @note from unnest(@at, @dates) as slot (slot_at, business_date)
            on conflict do nothing
            """,
            new
            {
                at = slots.Select(slot => slot.At.UtcDateTime).ToArray(),
                dates = slots.Select(slot => slot.BusinessDate).ToArray(),
                note,
            },
            cancellationToken);

    private static async Task<IReadOnlyList<Slot>> ListAsync(NpgsqlConnection connection, bool isDue, CancellationToken cancellationToken) =>
    [
        .. (await connection.ListAsync<(DateTime At, DateOnly Date, DateTime? FailedAt)>(
            """
            select slot_at, business_date,
                (select max(finished_at) from ops.run where run.slot_at = slot.slot_at and run.state = 'failed')
            from ops.slot
            where (run_id is null and note is null)
                or (not @isDue and note like 'given up:%' and not exists (
                    select from ops.run as later
                    where later.run_id > slot.run_id and later.through_date >= slot.business_date
                        and later.state in ('published', 'unchanged', 'rolled_back') and later.started_by not in ('rollback', 'replay')
                ))
            order by slot_at
            """, new { isDue }, cancellationToken)).Select(slot => new Slot(Utc(slot.At), slot.Date, slot.FailedAt is { } at ? Utc(at) : null)),
    ];

    private static DateTimeOffset Utc(DateTime at) => new(at, TimeSpan.Zero);
}
