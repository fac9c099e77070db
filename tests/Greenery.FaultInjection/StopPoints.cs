using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection;

/// <summary>
/// Stops a process at a boundary, from within the database and without a word in the product: triggers on the ledgers
/// wait for a lock where <c>fault injection.stop</c> says so, and note every place that is passed.
/// </summary>
internal sealed class StopPoints(NpgsqlConnection connection)
{
    private const int Lock = 20_210_212;

    private const string Waiting =
        "select coalesce(min(pid), 0) from pg_locks where locktype = 'advisory' and not granted and classid = 0 and "
        + "objid = 20210212 and database = (select oid from pg_database where datname = current_database())";

    private static readonly (string Table, string When, string Place, string Step)[] Places =
    [
        ("step", "insert", "before", "new.step"),
        ("step", "update of state", "after", "case when new.state = 'done' and old.state <> 'done' then new.step end"),
        ("run", "update of catalogue", "inside", "'verify'"),
        ("run_drop", "insert", "inside", "'discover'"),
        ("load", "insert", "inside", "'load:' || new.table_name"),
        ("check_result", "insert", "inside",
            "case new.mart when 'staging' then 'check:staging' else 'check:' || new.model end"),
        ("run_model", "insert", "inside", "'plan'"),
        ("run_model", "update of finished_at", "inside", "'build:' || new.model"),
        ("live", "insert", "inside", "'publish'"),
        ("metric", "insert", "inside", "'measure'"),
        ("model_table", "delete", "inside", "'cleanup'"),
        ("lease", "delete", "inside", "'end'"),
    ];

    /// <summary>
    /// Puts the triggers onto a database whose ledgers are there: of a cluster the coordinator's, which has them.
    /// </summary>
    public Task InstallAsync() => connection.ExecuteAsync(
        """
        set citus.enable_ddl_propagation = off;
        create schema fault_injection;
        create table fault_injection.passed (step text not null, place text not null);
        create table fault_injection.stop (step text not null, place text not null);
        """ + string.Join('\n', Places.Select(Trigger)),
        null, default);

    /// <summary>All places that were passed, as far as a process can be stopped there.</summary>
    public async Task<List<StepBoundary>> PassedAsync()
    {
        var passed = await connection.QueryAsync<(string Step, string Place, string? Mart)>(
            """
            select distinct step, place, (select max(mart) from ops.run_model where step in ('build:' || model, 'check:' || model))
            from fault_injection.passed order by 1, 2
            """, null, default);
        var marts = Marts.Usual.InOrder.ToList();
        return [.. passed.Select(row =>
            StepBoundary.Of(row.Step, row.Place, row.Mart is null ? 0 : marts.IndexOf(row.Mart)))];
    }

    /// <summary>From now on any process that comes to the boundary waits.</summary>
    public Task CloseAsync(StepBoundary boundary) => connection.ExecuteAsync(
        $"select pg_advisory_lock({Lock}); insert into fault_injection.stop (step, place) values (@Step, @Place)",
        boundary, default);

    /// <summary>The session that waits; 0 while there is none.</summary>
    public Task<int> WaitingAsync() => connection.ExecuteScalarAsync<int>(Waiting, null, default);

    /// <summary>
    /// Lets the waiting session finish its statement, as the server does with one whose client is gone.
    /// </summary>
    public Task OpenAsync() =>
        connection.ExecuteAsync($"delete from fault_injection.stop; select pg_advisory_unlock({Lock})", null, default);

    /// <summary>Ends the waiting session: nothing of its statement is kept.</summary>
    public async Task CutAsync()
    {
        await connection.ExecuteAsync("select pg_terminate_backend(@pid, 5000)", new { pid = await WaitingAsync() },
            default);
        await OpenAsync();
    }

    private static string Trigger((string Table, string When, string Place, string Step) place, int number) =>
        $"""
        create function fault_injection.pass_{number}() returns trigger language plpgsql as $$
        declare
            here text := {place.Step};
        begin
            if here is not null then
                insert into fault_injection.passed (step, place) values (here, '{place.Place}');
                if exists (select from fault_injection.stop where step = here and place = '{place.Place}') then
                    perform pg_advisory_xact_lock({Lock});
                end if;
            end if;
            return {(place.When == "delete" ? "old" : "new")};
        end $$;
        create trigger fault_injection_{number} before {place.When} on ops.{place.Table}
            for each row execute function fault_injection.pass_{number}();
        """;
}
