using Greenery.Warehouse;
using Npgsql;

namespace Greenery.FaultInjection;

/// <summary>
/// A server whose disk is full: from within the database, every statement of Greenery that would make a table or an
/// index gets the error that the server gives then (SQLSTATE 53100).
/// </summary>
internal sealed class FullDisk(NpgsqlConnection connection)
{
    public Task FillAsync() => connection.ExecuteAsync(
        """
        create schema if not exists fault_injection;
        create or replace function fault_injection.no_space() returns event_trigger language plpgsql as $$
        begin
            if current_setting('application_name') = 'greenery' then
                raise exception using errcode = 'disk_full', message = 'could not extend file: No space left on device';
            end if;
        end $$;
        create event trigger no_space on ddl_command_start
            when tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'CREATE INDEX')
            execute function fault_injection.no_space();
        """, null, default);

    public Task FreeAsync() => connection.ExecuteAsync("drop event trigger if exists no_space", null, default);
}
