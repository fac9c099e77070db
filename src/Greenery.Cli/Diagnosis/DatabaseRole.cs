using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Cli.Diagnosis;

/// <summary>The role that connects, and what it may do.</summary>
/// <param name="Role">Its name, quoted where it has to be.</param>
/// <param name="Database">The database's name, quoted where it has to be.</param>
/// <param name="Version">The server's.</param>
/// <param name="Bytes">The size of the database.</param>
/// <param name="IsSuperuser">It may do everything.</param>
/// <param name="MayCreateRoles">It can make the readers' role.</param>
/// <param name="MayCreateSchemas">It can make schemas for ops, staging and marts.</param>
/// <param name="OwnsOps">It can migrate schema ops; null where there is none.</param>
/// <param name="IsReadOnly">The server or the session refuses to write.</param>
/// <param name="IsStandby">The server follows another one.</param>
internal sealed record DatabaseRole(
    string Role, string Database, string Version, long Bytes, bool IsSuperuser, bool MayCreateRoles,
    bool MayCreateSchemas, bool? OwnsOps, bool IsReadOnly, bool IsStandby)
{
    private const string Subject = "role";

    public static async Task<DatabaseRole> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryFirstOrDefaultAsync<DatabaseRole>(
            """
            select quote_ident(current_user) as role, quote_ident(current_database()) as database,
                current_setting('server_version') as version,
                case when has_database_privilege(current_database(), 'connect')
                    then pg_database_size(current_database()) else 0 end as bytes,
                rolsuper as is_superuser, rolsuper or rolcreaterole as may_create_roles,
                has_database_privilege(current_database(), 'create') as may_create_schemas,
                (select pg_has_role(current_user, nspowner, 'usage') from pg_namespace where nspname = 'ops')
                    as owns_ops,
                current_setting('transaction_read_only') = 'on' as is_read_only,
                pg_is_in_recovery() as is_standby
            from pg_roles where rolname = current_user
            """, null, cancellationToken))!;

    /// <summary>Whether it can do what a run needs.</summary>
    public DoctorLine Describe()
    {
        if (IsStandby)
        {
            return DoctorLine.Failed(
                Subject, $"{Role}: the server follows another one and refuses to write. Set Greenery:Warehouse to the "
                + "one that it follows.");
        }
        if (IsReadOnly)
        {
            return DoctorLine.Warning(Subject, $"{Role} is in sessions that only read: enough for validate, plan and "
                + "status, not for runs (default_transaction_read_only)");
        }
        if (!MayCreateSchemas)
        {
            return DoctorLine.Warning(
                Subject, $"{Role} may not create schemas: enough for validate, plan and status. For runs: grant create "
                + $"on database {Database} to {Role}");
        }
        if (OwnsOps == false)
        {
            return DoctorLine.Warning(
                Subject, $"{Role} does not own schema ops: enough for validate, plan and status. For runs use the role "
                + "that owns it, or a member of that role.");
        }
        return MayCreateRoles
            ? DoctorLine.Ok(Subject, $"{Role}{(IsSuperuser ? ", a superuser," : "")} may create schemas and roles")
            : DoctorLine.Ok(Subject, $"{Role} may create schemas, and no roles: an administrator makes the readers' "
                + "role");
    }
}
