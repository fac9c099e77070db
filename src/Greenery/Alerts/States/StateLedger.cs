using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Alerts.States;

/// <summary>Reads and writes <c>ops.alert_state</c> and <c>ops.alert_change</c>, within the transaction of the connection.</summary>
internal static class StateLedger
{
    // Any fixed number: it only has to be the same in all processes that tell of one database.
    private const long LockKey = 7_311_922_002;

    /// <summary>Nobody else changes states until the transaction ends.</summary>
    public static Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.RunAsync("select pg_advisory_xact_lock(@LockKey)", new { LockKey }, cancellationToken);

    /// <summary>All states by subject.</summary>
    public static async Task<Dictionary<string, AlertState>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.ListAsync<AlertState>(
            """
            select subject as "Subject", kind as "Kind", level as "Level", message as "Message", rows_failing as "RowsFailing",
                opened_at as "OpenedAt", reminded_at as "RemindedAt", changed_at as "ChangedAt", run_id as "RunId"
            from ops.alert_state order by opened_at, subject
            """, null, cancellationToken)).ToDictionary(state => state.Subject, StringComparer.Ordinal);

    public static Task WriteAsync(NpgsqlConnection connection, AlertState state, CancellationToken cancellationToken) =>
        connection.RunAsync(
        """
        insert into ops.alert_state (subject, kind, level, message, rows_failing, opened_at, reminded_at, changed_at, run_id)
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

    /// <summary>Writes a change and gives it with its number.</summary>
    public static async Task<AlertChange> WriteAsync(
        NpgsqlConnection connection, AlertChange change, CancellationToken cancellationToken) =>
        change with
        {
            ChangeId = await connection.ValueAsync<long>(
                """
                insert into ops.alert_change (subject, kind, change, level_before, level, message, rows_before, rows_failing,
                    opened_at, changed_at, run_id)
                values (@Subject, @kind, @change, @before, @level, @Message, @RowsBefore, @RowsFailing, @OpenedAt, @ChangedAt, @RunId)
                returning change_id
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
