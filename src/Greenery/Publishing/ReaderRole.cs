using Greenery.Models;
using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// The readers' role, <c>greenery_reader</c> unless project.yml says otherwise: it may read the marts and nothing else.
/// Grant it to people.
/// </summary>
/// <param name="Name">Of the role.</param>
/// <param name="Marts">What it may read.</param>
public sealed record ReaderRole(string Name, Marts Marts)
{
    /// <summary>The role of a project that says nothing of it.</summary>
    public const string UsualName = ProjectFile.UsualReaderRole;

    /// <summary>As a project has it that says nothing of role and marts.</summary>
    public static ReaderRole Usual { get; } = new(UsualName, Marts.Usual);

    /// <summary>The view of the metrics' history, quoted.</summary>
    public string HistoryView => SqlText.Name(Marts.InOrder[^1], MetricHistoryView.Name);

    private string Quoted => SqlText.Name(Name);

    /// <summary>
    /// Makes the role where it is missing and the pipeline's own role may make roles, and lets it into the marts. Roles
    /// belong to the server, not to the database: another database's pipeline may make it at the same moment.
    /// </summary>
    public async Task EnsureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"""
            do $$
            begin
                create role {Quoted} nologin;
            exception when duplicate_object or unique_violation or insufficient_privilege then null;
            end
            $$
            """, null, cancellationToken);
        foreach (var mart in Marts.InOrder)
        {
            await IfThereAsync(
                connection, $"grant usage on schema {SqlText.Name(mart)} to {Quoted}", cancellationToken);
        }
    }

    /// <summary>
    /// Lets the role read the views it was not let read yet: new ones, and all when the role is new. A grant that was
    /// revoked since is not given again. Nothing where the role could not be made. A view that another role owns, or
    /// that someone dropped, is left out, and tried the next time. Needs the transaction that wrote <c>ops.live</c>.
    /// </summary>
    public async Task GrantAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await GrantViewsAsync(connection, cancellationToken);
        if (Cluster.Has(connection))
        {
            var shown = await connection.QueryAsync<(string Mart, string Model, string Table)>(
                "select mart, model, table_name from ops.live where table_name is not null", null, cancellationToken);
            await GrantTablesAsync(connection, shown, cancellationToken);
        }
    }

    /// <summary>
    /// On a cluster, lets those who may read a view of a mart read its table, and the role the tables of new views: a
    /// node looks at the rights of who asks, not at those of a view's owner. To be called before a view shows the
    /// table. Nothing on a single server.
    /// </summary>
    /// <param name="connection">Any.</param>
    /// <param name="tables">Of schema warehouse, without quotes, with the views that show them.</param>
    /// <param name="cancellationToken">Stops the statements.</param>
    public async Task GrantTablesAsync(
        NpgsqlConnection connection, IReadOnlyList<(string Mart, string Model, string Table)> tables,
        CancellationToken cancellationToken)
    {
        if (!Cluster.Has(connection))
        {
            return;
        }
        var grants = await connection.QueryAsync<string>(
            $"""
            with shown as (
                select {SqlText.Oid("mart", "model")} as view, {SqlText.Oid("'warehouse'", "name")} as held, name
                from unnest(@marts, @models, @names) as shown (mart, model, name)
            ),

            reader as (
                select shown.held, shown.name, pg_roles.oid as role
                from shown
                inner join pg_roles on rolname = @Name
                where view is null or has_table_privilege(pg_roles.oid, view, 'select')
                union
                select shown.held, shown.name, acl.grantee
                from shown
                inner join pg_class on pg_class.oid = shown.view
                cross join aclexplode(pg_class.relacl) as acl
                where acl.privilege_type = 'SELECT' and acl.grantee <> 0 and acl.grantee <> pg_class.relowner
            )

            select format('grant usage on schema warehouse to %1$I; grant select on warehouse.%2$I to %1$I', rolname, name)
            from reader
            inner join pg_roles on pg_roles.oid = reader.role
            inner join pg_dist_partition on logicalrelid = reader.held
            where not has_table_privilege(pg_roles.oid, reader.held, 'select')
                or not has_schema_privilege(pg_roles.oid, 'warehouse', 'usage')
            order by 1
            """,
            new
            {
                Name,
                marts = tables.Select(table => table.Mart).ToArray(),
                models = tables.Select(table => table.Model).ToArray(),
                names = tables.Select(table => table.Table).ToArray(),
            },
            cancellationToken);
        if (grants.Count > 0)
        {
            await connection.ExecuteAsync(
                $"{Cluster.WithTables(connection)}; {string.Join("; ", grants)}", null, cancellationToken);
        }
    }

    private Task<int> GrantViewsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            do $$
            declare
                waiting record;
            begin
                for waiting in
                    select mart, model, format('%I.%I', mart, model) as view, pg_roles.oid as reader
                    from ops.live
                    inner join pg_roles on rolname = {SqlText.Literal(Name)}
                    where reader_role is distinct from pg_roles.oid
                        and to_regclass(format('%I.%I', mart, model)) is not null
                    order by mart, model
                    for update of live
                loop
                    begin
                        execute format('grant select on %s to %I', waiting.view, {SqlText.Literal(Name)});
                        -- A role that owns nothing of it, but has some right, is warned only.
                        if has_table_privilege(waiting.reader, waiting.view, 'select') then
                            update ops.live set reader_role = waiting.reader
                            where mart = waiting.mart and model = waiting.model;
                        end if;
                    exception when insufficient_privilege or undefined_table then null;
                    end;
                end loop;
            end
            $$
            """, null, cancellationToken);

    public Task<bool> ExistsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(
            "select exists (select from pg_roles where rolname = @Name)", new { Name }, cancellationToken);

    /// <summary>
    /// The views of the marts that the role may not read, and whether it could once: then the grant was revoked. Needs
    /// the role.
    /// </summary>
    public async Task<IReadOnlyList<(string Name, bool IsRevoked)>> ClosedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await connection.QueryAsync<(string Name, bool IsRevoked)>(
            $"""
            with shown as (
                select mart, model, reader_role from ops.live
                union all
                -- The role that could read it, as its comment says.
                select @HistoryMart, @History, substring(comment from 'granted to (\d+)\)\.$')::oid
                from obj_description({SqlText.Oid("@HistoryMart", "@History")}, 'pg_class') as comment
                where starts_with(comment, @Prefix)
            )

            select format('%I.%I', mart, model) as name,
                reader_role is not distinct from pg_roles.oid and has_schema_privilege(pg_roles.oid, mart, 'usage')
                    as is_revoked
            from shown
            inner join pg_roles on rolname = @Name
            cross join lateral (select {SqlText.Oid("mart", "model")} as view) as found
            where view is not null and not (
                has_schema_privilege(pg_roles.oid, mart, 'usage') and has_table_privilege(pg_roles.oid, view, 'select'))
            order by 1
            """, new
            {
                Name, HistoryMart = Marts.InOrder[^1], History = MetricHistoryView.Name, MetricHistoryView.Prefix,
            }, cancellationToken);

    private Task<int> IfThereAsync(
        NpgsqlConnection connection, string grant, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            do $$
            begin
                if exists (select from pg_roles where rolname = {SqlText.Literal(Name)}) then
                    {grant};
                end if;
            exception when insufficient_privilege or invalid_schema_name then null;
            end
            $$
            """, null, cancellationToken);
}
