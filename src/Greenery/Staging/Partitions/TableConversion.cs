using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Partitions;

/// <summary>
/// Makes a staging table anew, with all its rows, because the contract divides it otherwise than it is divided. Readers
/// wait until it is done; what others attached to the table is kept, or the change is refused.
/// </summary>
/// <param name="table">As it is to be.</param>
/// <param name="existing">As it is; null when there is none.</param>
internal sealed class TableConversion(StagingTable table, ExistingTable? existing)
{
    // No table of a contract begins with _.
    private static readonly string Before = SqlText.Name(StagingTable.Schema, "_before");

    /// <summary>Whether it has to be done.</summary>
    public bool IsNeeded => existing is not null && (table.Partitions is not { } wanted
        ? existing.PartitionColumn is not null
        : existing.PartitionColumn != wanted.Rule.Column || existing.Partitions.Any(partition =>
            partition != wanted.DefaultName && wanted.StartOf(partition) is null));

    /// <summary>What will be done, for people.</summary>
    public string Description => $"staging.{table.Contract.Name} is made anew with all its rows, {How}; readers of it "
        + "wait until that is done";

    /// <summary>What was done.</summary>
    public string Done => $"staging.{table.Contract.Name} was made anew with all its rows, {How}";

    private string How => table.Contract.Partition is { } rule
        ? $"divided by {rule} (config: partition_by)" : "as one table";

    /// <summary>What is in the way; null when nothing is.</summary>
    public async Task<Diagnostic?> ObstacleAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!IsNeeded)
        {
            return null;
        }
        var found = await connection.QueryAsync<string>(Dependents, new { table.Name }, cancellationToken);
        return found.Count == 0 ? null : new Diagnostic(
            table.Contract.Place,
            $"{table.Name} has to be made anew to be divided {(table.Partitions is null ? "no more" : "as the "
                + "contract says")}, but others depend on it: {string.Join(", ", found)}. Drop these, run, and create "
                + "them again; or restore partition_by as it was.");
    }

    /// <summary>Does it, in the transaction of the connection.</summary>
    public async Task RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var extras = await connection.QueryAsync<string>(Extras, new
        {
            table.Name, Sequence = $"{table.Contract.Name}__load_seq",
        }, cancellationToken);
        foreach (var statement in MakeRoom())
        {
            await connection.ExecuteAsync(statement, null, cancellationToken);
        }
        await connection.ExecuteAsync(
            $"""
            alter table {table.Name} rename to {SqlText.Name("_before")};
            create table {table.Name} (like {Before} including defaults including storage including compression)
            {table.Partitions?.By}
            """, null, cancellationToken);
        if (table.Partitions is { } partitions)
        {
            await connection.ExecuteAsync(partitions.CreateDefault, null, cancellationToken);
            await partitions.EnsureAsync(connection, Before, cancellationToken);
        }
        await connection.ExecuteAsync(
            $"""
            set local maintenance_work_mem = '256MB';
            insert into {table.Name} select * from {Before};
            drop table {Before};
            {(table.Partitions is null ? $"{table.AddKey};" : "")}
            {table.AddSequenceIndex}
            """, null, cancellationToken);
        foreach (var extra in extras)
        {
            await connection.ExecuteAsync(extra, null, cancellationToken);
        }
        await connection.ExecuteAsync($"analyze {table.Name}", null, cancellationToken);
    }

    // Partitions of before may be called as those to come.
    private IEnumerable<string> MakeRoom() => existing!.Partitions.Index().SelectMany(partition => new[]
    {
        $"alter table {SqlText.Name(StagingTable.Schema, partition.Item)} rename to _before_{partition.Index}",
        $"alter table {SqlText.Name(StagingTable.Schema, $"_before_{partition.Index}")} rename constraint "
            + $"{SqlText.Name($"{partition.Item}_pkey")} to _before_{partition.Index}_pkey",
    });

    private const string Dependents =
        """
        select distinct pg_describe_object(classid, objid, objsubid)
        from (
            select
                case when d.classid = 'pg_rewrite'::regclass then 'pg_class'::regclass else d.classid end as classid,
                coalesce(r.ev_class, d.objid) as objid, 0 as objsubid
            from pg_depend as d
            left join pg_rewrite as r on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
            where
                d.deptype = 'n'
                and (
                    (d.refclassid = 'pg_class'::regclass and d.refobjid = @Name::regclass)
                    or (d.refclassid = 'pg_type'::regclass
                        and d.refobjid = (select c.reltype from pg_class as c where c.oid = @Name::regclass))
                )
            union all
            select 'pg_class'::regclass, i.indexrelid, 0 from pg_index as i
            where i.indrelid = @Name::regclass and i.indisunique and not i.indisprimary
            union all
            select 'pg_trigger'::regclass, t.oid, 0 from pg_trigger as t
            where t.tgrelid = @Name::regclass and not t.tgisinternal
            union all
            select 'pg_policy'::regclass, p.oid, 0 from pg_policy as p where p.polrelid = @Name::regclass
            union all
            select 'pg_publication_rel'::regclass, p.oid, 0 from pg_publication_rel as p
            where p.prrelid = @Name::regclass
        ) as dependent
        order by 1
        """;

    // Indexes of models by key and of people, the comment, grants and the owner.
    private const string Extras =
        """
        select statement from (
            select 1 as place, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') as statement
            from pg_index as i
            inner join pg_class as c on i.indexrelid = c.oid
            where
                i.indrelid = @Name::regclass and not i.indisprimary and i.indisvalid
                and c.relname <> @Sequence
            union all
            select 2, format('comment on table %s is %L', @Name, obj_description(c.oid, 'pg_class'))
            from pg_class as c where c.oid = @Name::regclass and obj_description(c.oid, 'pg_class') is not null
            union all
            select 3, format('grant %s on %s to %s%s', g.privilege_type, @Name,
                case when g.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,
                case when g.is_grantable then ' with grant option' else '' end)
            from pg_class as c, aclexplode(c.relacl) as g
            where c.oid = @Name::regclass and g.grantee <> c.relowner
            union all
            select 3, format('grant %s (%I) on %s to %s%s', g.privilege_type, a.attname, @Name,
                case when g.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,
                case when g.is_grantable then ' with grant option' else '' end)
            from pg_class as c, pg_attribute as a, aclexplode(a.attacl) as g
            where c.oid = @Name::regclass and a.attrelid = c.oid and g.grantee <> c.relowner
            union all
            select 4, format('alter table %s owner to %I', @Name, pg_get_userbyid(c.relowner))
            from pg_class as c where c.oid = @Name::regclass and pg_get_userbyid(c.relowner) <> current_user
        ) as extra
        order by place
        """;
}
