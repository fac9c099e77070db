using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts.Incidents;

/// <summary>
/// Reads and writes <c>ops.incident</c> and <c>ops.incident_event</c>, within the transaction of the connection.
/// </summary>
internal static class IncidentStore
{
    /// <summary>No other process changes incidents until the transaction ends.</summary>
    /// <exception cref="BlockedException">Others held the lock for too long.</exception>
    public static Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        LockAsync(connection, AdvisoryLock.Patience, cancellationToken);

    /// <summary>As above.</summary>
    public static Task LockAsync(
        NpgsqlConnection connection, TimeSpan patience, CancellationToken cancellationToken) =>
        AdvisoryLock.TakeAsync(connection, "incidents", patience, cancellationToken);

    /// <summary>All states by subject.</summary>
    public static async Task<Dictionary<string, Incident>> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<Incident>(
            """
            select subject, kind, level, message, rows_failing,
                opened_at, reminded_at, changed_at, run_id
            from ops.incident order by opened_at, subject
            """, null, cancellationToken)).ToDictionary(state => state.Subject, StringComparer.Ordinal);

    public static Task WriteAsync(NpgsqlConnection connection, Incident state, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
        """
        insert into ops.incident (subject, kind, level, message, rows_failing, opened_at, reminded_at, changed_at, run_id)
        values (@Subject, @kind, @level, @Message, @RowsFailing, @OpenedAt, @RemindedAt, @ChangedAt, @RunId)
        on conflict (subject) do update
        set kind = excluded.kind, level = excluded.level, message = excluded.message, rows_failing = excluded.rows_failing,
            opened_at = excluded.opened_at, reminded_at = excluded.reminded_at, changed_at = excluded.changed_at,
            run_id = excluded.run_id
        """,
        new
        {
            state.Subject,
            kind = Name(state.Kind),
            level = Name(state.Level),
            state.Message,
            state.RowsFailing,
            state.OpenedAt,
            state.RemindedAt,
            state.ChangedAt,
            state.RunId,
        },
        cancellationToken);

    /// <summary>Gives an incident, with its events, the key that it has by now.</summary>
    public static Task RenameAsync(
        NpgsqlConnection connection, string subject, string renamed, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            delete from ops.incident where subject = @renamed;
            update ops.incident set subject = @renamed where subject = @subject;
            update ops.incident_event set subject = @renamed where subject = @subject
            """, new { subject, renamed }, cancellationToken);

    /// <summary>Writes a change and gives it with its number.</summary>
    public static async Task<IncidentEvent> WriteAsync(
        NpgsqlConnection connection, IncidentEvent change, CancellationToken cancellationToken) =>
        change with
        {
            EventId = await connection.ExecuteScalarAsync<long>(
                """
                insert into ops.incident_event (subject, kind, change, level_before, level, message, rows_before, rows_failing,
                    opened_at, changed_at, run_id)
                values (@Subject, @kind, @change, @before, @level, @Message, @RowsBefore, @RowsFailing, @OpenedAt, @ChangedAt, @RunId)
                returning event_id
                """,
                new
                {
                    change.Subject,
                    kind = Name(change.Kind),
                    change = Name(change.Change),
                    before = Name(change.LevelBefore),
                    level = Name(change.Level),
                    change.Message,
                    change.RowsBefore,
                    change.RowsFailing,
                    change.OpenedAt,
                    change.ChangedAt,
                    change.RunId,
                },
                cancellationToken),
        };

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
